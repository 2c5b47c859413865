"""What can be asked of the performance."""
