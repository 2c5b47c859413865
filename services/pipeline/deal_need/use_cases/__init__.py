"""What can be done with the needs of a deal."""
