"""By how much the market is expected to grow or shrink in a period, and who says so."""
