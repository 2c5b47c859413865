"""Activities: what reps did and will do, with whom. Their text is never published."""
