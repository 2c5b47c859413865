"""What can happen to where a deal stands."""
