"""What can be done with an issue."""
