"""What is fitted on question sets and runs."""
