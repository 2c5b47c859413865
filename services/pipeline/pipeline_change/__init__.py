"""Changes of a pipeline in use: what they mean for its open deals, and the deals that follow."""
