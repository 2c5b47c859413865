"""What is reported of kinds of sales."""
