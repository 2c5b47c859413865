"""Claims of leads that wait in queues."""

from shared.contracts.errors import DomainError

LEASE_ENDS = "queue.lease_ends"
"""The kind of agenda entry of a lead that somebody holds."""
LONGEST_LEASE = 60
"""Minutes."""


class ClaimError(DomainError):
    """A rule of claims said no."""
