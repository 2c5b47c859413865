"""What can be done with requests for help."""
