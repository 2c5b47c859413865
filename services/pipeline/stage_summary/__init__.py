"""How many deals stand in which stage, and what they are worth."""
