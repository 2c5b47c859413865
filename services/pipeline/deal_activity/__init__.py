"""What was done about deals and is planned for them, from the events of leads."""
