"""Follow-ups: what is to be done after the first contact, by rule, and whether it was done in time."""
