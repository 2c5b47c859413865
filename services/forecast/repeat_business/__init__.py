"""What regular customers bring by the rhythm in which they buy."""
