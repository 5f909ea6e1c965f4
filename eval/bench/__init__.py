"""Benchmarks beside others."""
