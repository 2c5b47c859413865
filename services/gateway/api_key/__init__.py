"""API keys of partners' systems: shown once, kept as a hash, two at a time so that they can be changed."""
