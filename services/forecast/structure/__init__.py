"""Who was in which team, and which team lay in which, at any instant: what reports of the past roll up by.

Must never break: the first that is told of a member or team holds for all time before, so deals that came
with a past are in a team there too.
"""
