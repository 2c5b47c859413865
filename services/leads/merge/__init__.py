"""Merges: several records become one, and stand for themselves again when that was wrong."""
