"""Whose share of a deal is how much."""
