"""What callers may know of themselves, and what roles there are."""
