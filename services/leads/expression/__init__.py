"""Conditions and numbers over a lead, written by the organisation as data (Common Expression Language)."""
