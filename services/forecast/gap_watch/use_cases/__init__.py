"""What is done about gaps by itself."""
