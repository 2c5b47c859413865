"""What can be done with the payments of a deal."""
