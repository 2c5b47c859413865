"""What can be done with many deals at once."""
