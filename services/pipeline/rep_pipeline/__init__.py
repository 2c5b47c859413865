"""What each person has in the pipeline."""
