"""What can be done with sessions."""
