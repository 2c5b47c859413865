"""Accounts: the companies we sell to."""
