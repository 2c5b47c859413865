"""Column mapping: which field each column of a file fills, and how its texts become values."""
