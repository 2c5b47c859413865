"""What can be asked of the funnel."""
