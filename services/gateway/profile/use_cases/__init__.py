"""What callers may ask about themselves."""
