"""Alerts: a figure is beyond its limit, who knows, and until when."""
