"""Partner programmes: by what rules partners sell for us, and what they get for it."""
