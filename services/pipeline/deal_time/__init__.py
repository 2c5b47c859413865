"""The times of deals: stages fall due, deals rot, close dates pass. The worker keeps and tells them."""
