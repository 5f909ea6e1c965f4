"""question set -> runs -> measures -> report."""
