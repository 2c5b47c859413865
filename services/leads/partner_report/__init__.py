"""What partners brought: what they sent, what became of it, and what they are due."""
