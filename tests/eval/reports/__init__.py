"""Tests of ``eval.reports``."""
