"""HTTP and page: the only code that knows FastAPI."""
