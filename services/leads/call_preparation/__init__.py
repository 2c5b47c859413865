"""Before a call: who that is, what we know, what is missing, whether and when we may call."""
