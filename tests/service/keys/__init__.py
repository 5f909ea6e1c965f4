"""Tests of ``service.asking``."""
