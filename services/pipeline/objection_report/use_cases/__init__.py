"""What is reported of objections."""
