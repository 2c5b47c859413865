"""Touches: every time somebody came to us, and by which way. What a lead came by first stays its source."""
