"""Forecast: what we planned and what will come, built from events alone."""
