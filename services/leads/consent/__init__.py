"""Consent: on which ways somebody may be spoken to, since when, and in which words that was agreed."""
