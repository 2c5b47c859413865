"""How long the snapshots of days are kept."""
