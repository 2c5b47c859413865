"""What a caller may ask of regions."""
