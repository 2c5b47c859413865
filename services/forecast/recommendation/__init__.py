"""What to do next about open deals, and when to get in touch, each with the evidence from own records."""
