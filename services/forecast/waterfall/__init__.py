"""Why the open pipeline of a period is another than it was: in parts that add up, each with its deals."""
