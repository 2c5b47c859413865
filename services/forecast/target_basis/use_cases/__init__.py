"""What may be done with the basis of a target."""
