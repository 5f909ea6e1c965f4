"""Runs: questions asked of an engine or a server, kept in a folder."""
