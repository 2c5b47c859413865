"""Duplicate policies: what happens with new leads that look like something we have, by their source."""
