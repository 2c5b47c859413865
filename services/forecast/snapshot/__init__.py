"""How the forecast stood, kept: every day, at the start of every period, and whenever somebody asks."""
