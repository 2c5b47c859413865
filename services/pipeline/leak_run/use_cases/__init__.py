"""What is done about runs."""
