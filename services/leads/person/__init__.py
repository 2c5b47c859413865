"""How people and companies are written down: addresses, numbers and names in one standard form."""
