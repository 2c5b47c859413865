"""What may happen to an alert."""
