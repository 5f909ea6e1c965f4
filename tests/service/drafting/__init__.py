"""Tests of ``service.drafting``."""
