"""The front door: who is it, how often, may it, and where does it go."""
