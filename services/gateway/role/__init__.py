"""Roles: what each may do, and which records it may see."""
