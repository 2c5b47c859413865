"""What market research says that a product will be asked for."""
