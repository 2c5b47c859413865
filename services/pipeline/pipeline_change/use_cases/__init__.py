"""What can be changed about a pipeline, and what then happens to its deals."""
