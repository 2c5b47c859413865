"""What can be done with the competitors of a deal."""
