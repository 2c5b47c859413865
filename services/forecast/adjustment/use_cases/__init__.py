"""What a caller may do with adjustments."""
