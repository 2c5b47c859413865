"""Working time: hours by weekday without closed days, and what they make of durations and days.

Must never break: pure rules; time zones and clocks that jump are handled here and nowhere else.
"""
