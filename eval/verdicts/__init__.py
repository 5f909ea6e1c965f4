"""Verdicts on runs: one beside another, one against floors."""
