"""What can be asked of two moments."""
