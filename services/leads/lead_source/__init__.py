"""Lead sources: what leads of each source, channel or campaign became, and what they brought."""
