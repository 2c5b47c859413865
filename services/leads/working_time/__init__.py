"""Working time: when people answer, and how long that is between two instants."""
