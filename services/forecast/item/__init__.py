"""A node of the forecast with what lies right below: four views of every amount, adjustments beside."""
