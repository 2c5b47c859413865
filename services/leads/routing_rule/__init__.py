"""Routing rules: in their order, what becomes of which lead."""
