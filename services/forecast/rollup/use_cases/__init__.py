"""What the roll-up can be asked to do."""
