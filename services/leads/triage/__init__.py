"""Triage: what is decided about every new lead within seconds of its coming in."""
