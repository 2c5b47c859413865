"""Whether leads that went to fitting skills do better than others, or whether that is chance."""
