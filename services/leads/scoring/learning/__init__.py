"""Learning of one model from outcomes. Runs in a process of its own: only here scikit-learn is loaded."""
