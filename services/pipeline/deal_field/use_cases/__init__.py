"""What can be done with fields of deals."""
