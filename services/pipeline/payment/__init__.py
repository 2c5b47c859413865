"""What a deal is to bring in, when, and what has come."""
