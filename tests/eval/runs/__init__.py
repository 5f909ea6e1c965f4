"""Tests of ``eval.runs``."""
