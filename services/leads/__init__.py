"""Leads: everyone we talk to. Owns all personal data."""
