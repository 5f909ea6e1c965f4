"""Tests of ``service.ranking``."""
