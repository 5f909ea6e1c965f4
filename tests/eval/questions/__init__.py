"""Tests of ``eval.questions``."""
