"""What can be done with a deal."""
