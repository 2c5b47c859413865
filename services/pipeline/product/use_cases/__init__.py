"""What can be done with a product."""
