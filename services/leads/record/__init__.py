"""What leads, accounts, contacts and activities have in common: versions, batches, rows with their facts."""
