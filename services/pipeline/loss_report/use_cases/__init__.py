"""What can be asked about reasons."""
