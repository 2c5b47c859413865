"""Scoring: learns from how leads ended, says how good it is, and keeps the scores of open leads current."""
