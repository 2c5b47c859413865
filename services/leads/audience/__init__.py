"""Target audiences: whom a plan wants to reach, and which leads belong to it."""
