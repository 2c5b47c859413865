"""The deals a report reckons with: those the caller may see, narrowed, each with its value and place."""
