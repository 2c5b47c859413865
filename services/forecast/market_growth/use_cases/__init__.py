"""What may be said of the market's growth."""
