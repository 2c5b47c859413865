"""Leads: people who may buy, from their first sign to account, contact and deal."""
