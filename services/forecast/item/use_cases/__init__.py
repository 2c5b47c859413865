"""What is shown of the forecast's nodes."""
