"""Agenda: what this service will do at an instant, written in the same transaction as its reason."""
