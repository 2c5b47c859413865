"""What may be asked of the range of figures."""
