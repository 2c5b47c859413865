"""The demo organisation, and the story played on it. Everything goes through the public API."""
