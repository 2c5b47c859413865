"""What was won where, beside what was planned there."""
