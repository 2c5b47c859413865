"""Lead tactics: what is planned to bring leads, for how much, and what it brought."""
