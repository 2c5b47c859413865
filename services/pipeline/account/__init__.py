"""What this service knows of the companies we sell to, from the events of leads."""
