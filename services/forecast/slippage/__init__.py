"""Deals that were to close in a period and did not, and how often close dates are put off."""
