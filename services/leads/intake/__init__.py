"""Intake: what partners push, its receipts, and the quarantine of what cannot be used as it is."""
