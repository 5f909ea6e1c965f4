"""Question sets: read, check, import, draft."""
