"""What is read: the ledgers as columns, and what a run has kept."""
