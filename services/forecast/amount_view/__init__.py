"""The figures of a node under adjustments: four views of each amount."""
