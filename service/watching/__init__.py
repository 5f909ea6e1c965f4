"""What is told of the work on a request: its ids, its trace, its lines in the log."""
