"""More than one number for a period: near closings, what stands behind them, leads, several methods."""
