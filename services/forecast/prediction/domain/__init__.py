"""Pure: columns in, columns out.

Without numpy: `days`, `baselines`, `blend`, `ranges`, `reliability`, `reasons`.
"""
