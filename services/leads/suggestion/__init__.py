"""Suggested leads from listening to networks: what was said, how likely it helps, and what we made of it."""
