"""What all reports have in common: the span of time a caller asks about, and how figures are defined.

Must never break: a period is the organisation's, and one that cannot be read is refused, never guessed.
"""
