"""What can be ticked off."""
