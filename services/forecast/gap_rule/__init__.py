"""From when on a gap is worth an alert."""
