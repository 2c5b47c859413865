"""What can be done with a pipeline."""
