"""How a kind of sale proceeds: its ordered stages, and ready templates."""
