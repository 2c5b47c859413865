"""Runs, and what is kept of them, to and from their tables."""
