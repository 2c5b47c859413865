"""Who works on a deal beside its owner, and what each may do."""
