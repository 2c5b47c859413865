"""First response: who owes a new lead an answer until when, and what happens when nobody gives it."""
