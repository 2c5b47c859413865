"""What can be done with reasons."""
