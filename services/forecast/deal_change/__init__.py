"""What changed on deals: amount, close date, stage, category, outcome; from what to what."""
