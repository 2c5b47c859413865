"""Pure: columns in, columns out. `days`, `baselines`, `blend` and `ranges` need no numpy."""
