"""What may be asked of a forecast from below."""
