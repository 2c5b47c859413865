"""What can be asked about a deal as a whole."""
