"""Tests of ``eval.statistics``."""
