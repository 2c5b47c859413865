"""What can be done with the splits of a deal."""
