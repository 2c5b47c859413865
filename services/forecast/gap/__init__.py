"""Won against what should have been won by now, and why they differ."""
