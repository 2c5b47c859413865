"""What can be done with objections."""
