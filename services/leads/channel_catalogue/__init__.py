"""By which words channels are called, and what becomes of words that nobody knows."""
