"""What will be won, when, and how sure that is: learned from the organisation's own past."""
