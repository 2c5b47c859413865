"""Whoever works on a deal asks colleagues and managers for help, and gets an answer."""
