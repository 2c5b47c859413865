"""Where the pipeline leaks: stages at which more is lost, or stays, than before or than elsewhere."""
