"""What can be done with the working time."""
