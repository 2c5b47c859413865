"""The probability model as plain numbers: what it asks of a lead, what it answers, and why."""
