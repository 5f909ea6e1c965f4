"""The door of the Model Context Protocol: what other programs' language models call."""
