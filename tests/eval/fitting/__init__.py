"""Tests of ``eval.fitting``."""
