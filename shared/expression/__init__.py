"""Conditions and numbers that the organisation writes as data, in the Common Expression Language.

Must never break: a fault is found when an expression is written, with its place; running one never raises.
"""
