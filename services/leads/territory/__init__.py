"""Territories: which part of the market a lead lies in, and who works it."""
