"""What top management may ask."""
