"""What is done about rules."""
