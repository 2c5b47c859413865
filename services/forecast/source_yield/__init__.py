"""What leads will bring, by source: those received and those still to come, when, and how much."""
