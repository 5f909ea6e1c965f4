"""Tests of ``service.answering``."""
