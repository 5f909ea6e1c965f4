"""Tests of ``eval.drafting``."""
