"""What was won, day by day."""
