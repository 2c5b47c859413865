"""The forecast a target rests on: what it said when the target was set, frozen, and what it says now."""
