"""Partners: whose systems push leads to us."""
