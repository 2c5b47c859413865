"""What customers object to, and how well it is answered."""
