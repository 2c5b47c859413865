"""Which span of time a caller asks about, and as of when."""
