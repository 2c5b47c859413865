"""What can be done with risks."""
