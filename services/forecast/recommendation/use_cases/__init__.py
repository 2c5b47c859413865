"""What may be recommended."""
