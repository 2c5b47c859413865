"""What was closed in a period and what may still close in it, beside what was planned."""
