"""Which category a lead is in: what a member decides, else the first rule that holds."""
