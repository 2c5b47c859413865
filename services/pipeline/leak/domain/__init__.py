"""What counts as a leak: the counts, the test, which finding explains the others, and in what words."""
