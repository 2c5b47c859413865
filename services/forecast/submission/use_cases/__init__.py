"""What can be done with submissions."""
