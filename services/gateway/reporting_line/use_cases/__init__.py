"""What can be done about reporting lines."""
