"""The deals behind a figure of the forecast, each with what it adds to it.

Must never break: the shares that are listed add up to the figure.
"""
