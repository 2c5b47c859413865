"""Channels: how many come by each, what becomes of them, what that costs and brings."""
