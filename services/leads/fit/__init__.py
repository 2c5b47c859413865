"""The right customer: an unmet need that we can meet at a profit, tested for leads and accounts."""
