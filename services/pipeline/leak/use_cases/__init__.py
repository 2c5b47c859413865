"""What can be asked of leaks."""
