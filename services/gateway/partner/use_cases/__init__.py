"""What can be done with partners."""
