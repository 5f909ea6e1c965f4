"""Tests of ``service.citing``."""
