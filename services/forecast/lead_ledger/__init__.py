"""Every lead with the instants at which it got further."""
