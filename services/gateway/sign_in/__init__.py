"""Signing in: passwords, sessions, access tokens, refresh tokens that change with every use."""
