"""Everything about one deal in one answer."""
