"""What a customer has against buying, and how it was answered."""
