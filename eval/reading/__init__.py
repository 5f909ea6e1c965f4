"""Teaching the reader: from runs to the adaptation that ships with citewell."""
