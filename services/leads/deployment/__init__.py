"""Deployment: where customers are, and how much sellers and territories have against what they can take."""
