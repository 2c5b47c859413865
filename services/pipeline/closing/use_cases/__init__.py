"""What can be said of a closing."""
