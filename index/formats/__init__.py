"""File formats: each module turns the bytes of one format into ``Parsed`` text."""
