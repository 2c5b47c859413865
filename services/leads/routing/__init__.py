"""Routing: which lead goes to whom, by which rule, and why not to anybody else."""
