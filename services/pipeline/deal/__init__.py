"""One sale: its stages, its history, its outcome."""
