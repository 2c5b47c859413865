"""What may be done to the order of a board."""
