"""Members: the people of the organisation. Their names and e-mail addresses never leave this database."""
