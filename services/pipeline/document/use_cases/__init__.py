"""What can be done with the papers of a deal."""
