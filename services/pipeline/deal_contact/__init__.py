"""Whom we talk to about a deal, and what part each of them plays."""
