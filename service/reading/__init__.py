"""A small model that reads passages together with the question, and tells whether they answer."""
