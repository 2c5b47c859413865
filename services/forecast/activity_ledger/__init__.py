"""Every call, visit, e-mail, meeting and task, without its text."""
