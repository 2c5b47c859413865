"""What can be done with members."""
