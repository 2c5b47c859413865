"""Scoring measured on a file of leads with their outcomes: `python -m deploy.scoring leads.csv`."""
