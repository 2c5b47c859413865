"""What can be done with the contacts of a deal."""
