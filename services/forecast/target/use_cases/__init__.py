"""What a caller may do with targets."""
