"""What may be done with rules of gaps."""
