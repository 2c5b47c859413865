"""Against whom we sell a deal, and how that stands."""
