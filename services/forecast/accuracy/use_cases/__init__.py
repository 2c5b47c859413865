"""What a caller may ask of past forecasts."""
