"""Tests of ``index``."""
