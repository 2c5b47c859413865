"""How often deals are won, how long that takes, and how much a pipeline brings a day."""
