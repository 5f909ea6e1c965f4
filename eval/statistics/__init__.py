"""Means with intervals, paired tests."""
