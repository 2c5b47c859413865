"""How reports of deals are put together."""
