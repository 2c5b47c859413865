"""Which deals a report is about, and what they may be split by."""
