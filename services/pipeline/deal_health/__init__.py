"""What speaks against an open deal, each with its figure and its limit."""
