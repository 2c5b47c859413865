"""The organisation's own fields of deals: their definitions, and what their values may be."""
