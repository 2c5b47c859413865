"""What the running stack does per second, as ratios against a ceiling measured in the same run."""
