"""How the market is divided, for figures by region."""
