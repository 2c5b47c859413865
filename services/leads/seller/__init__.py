"""Sellers: what a member who gets leads can do, how much, and when."""
