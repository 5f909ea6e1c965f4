"""Tests of ``eval.commands``."""
