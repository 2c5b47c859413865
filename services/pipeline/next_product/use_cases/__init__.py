"""What can be asked about next products."""
