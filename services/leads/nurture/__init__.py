"""What happens to leads of a category, step by step, until they leave it."""
