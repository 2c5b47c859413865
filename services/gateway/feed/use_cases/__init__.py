"""What can be done with the feed."""
