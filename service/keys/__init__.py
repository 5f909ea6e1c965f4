"""API keys: made, kept as digests, found again by what a client sends."""
