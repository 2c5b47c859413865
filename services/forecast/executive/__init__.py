"""Revenue by month, quarter and year for top management: won, planned, to come, and the year before."""
