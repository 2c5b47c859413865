"""What makes the HTTP answers of every service alike: routes, problems, lists, keys, tokens."""
