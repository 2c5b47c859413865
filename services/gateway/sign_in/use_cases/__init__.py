"""What can be done about signing in and out."""
