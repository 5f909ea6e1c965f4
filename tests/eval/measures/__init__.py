"""Tests of ``eval.measures``."""
