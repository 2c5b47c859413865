"""Agenda: work that is planned by the statement that writes what it is about."""
