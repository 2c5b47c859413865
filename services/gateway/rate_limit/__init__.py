"""How often a caller may ask, and what every answer says about it."""
