"""What can be asked about the deals behind a figure."""
