"""Channels and campaigns: by what ways customers are reached, what that costs and what comes of it."""
