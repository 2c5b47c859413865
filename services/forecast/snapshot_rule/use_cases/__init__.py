"""What is done about the rules."""
