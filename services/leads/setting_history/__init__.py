"""Setting history: who changed what the organisation has set up, what and when."""
