"""What customers need, in their own words and in tags; which products answer which needs."""
