"""What somebody put in place of a calculated figure of a member, a team or the organisation.

No deal changes by it.
"""
