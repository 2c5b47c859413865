"""What a caller may ask of the sources."""
