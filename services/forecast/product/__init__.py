"""The names of what we sell, for groups by product."""
