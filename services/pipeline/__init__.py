"""Pipeline: what we sell and how a sale proceeds."""
