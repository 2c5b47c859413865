"""What can be done with the team of a deal."""
