"""How often each product will be asked for: by what customers ask for, and by market research."""
