"""Tests of ``eval.verdicts``."""
