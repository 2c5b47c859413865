"""Approvals that gates ask for: requested, given, refused, over."""
