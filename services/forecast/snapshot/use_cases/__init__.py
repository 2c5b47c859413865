"""What is done about snapshots."""
