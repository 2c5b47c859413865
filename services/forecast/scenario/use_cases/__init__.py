"""What may be done with scenarios."""
