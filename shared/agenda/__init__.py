"""Agenda: what a service will do at an instant, written in the same transaction as its reason.

Must never break: work is done by the transaction that takes it off, so once and only once.
"""
