"""A manager steps into a running deal: other limits, another priority, another owner, with the reason."""
