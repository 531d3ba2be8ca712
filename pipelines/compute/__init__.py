"""What follows from the sources: progress, coverage, passages."""
