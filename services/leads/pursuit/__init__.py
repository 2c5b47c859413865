"""Whom not to pursue: leads, accounts and segments it does not pay to serve, why, and until when."""
