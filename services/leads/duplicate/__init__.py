"""Duplicates: pairs of records that look like one, waiting for somebody to decide."""
