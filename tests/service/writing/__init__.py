"""Tests of service.writing."""
