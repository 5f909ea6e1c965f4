"""Tests of ``eval.bench``."""
