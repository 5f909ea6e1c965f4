"""Tests of ``service.doors``."""
