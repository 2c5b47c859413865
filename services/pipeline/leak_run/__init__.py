"""Every night is looked for leaks, and what was found is kept: since when, and how much of it is noise."""
