"""Deals at two moments: side by side, added up, and listed."""
