"""What every deal counts as now, added up beforehand: a quarter of a million deals is a few thousand cells.

Must never break: a cell is the sum of the counted deals in it, in the transaction that changed them.
"""
