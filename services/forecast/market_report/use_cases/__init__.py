"""What may be done with market reports."""
