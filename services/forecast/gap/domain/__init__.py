"""What a gap is made of and what is behind it. Pure arithmetic."""
