"""Ideas for lead sources: what might bring leads, what was tried, what is in use, what was dropped."""
