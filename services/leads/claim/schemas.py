"""Bodies and answers about queued leads."""

from typing import Annotated

from pydantic import Field

from services.leads.claim.domain import LONGEST_LEASE
from services.leads.lead.schemas import LeadOut
from services.leads.record.schemas import Reason, Strict


class Lease(Strict):
    """For how many minutes nobody else may claim the lead."""

    minutes: Annotated[int, Field(strict=True, ge=1, le=LONGEST_LEASE)] = 15


class Release(Strict):
    """Why the lead goes back."""

    reason: Reason | None = None


class Claim(Strict):
    """`override_reason`: why the caller takes it though having as much as may be; kept with the decision."""

    override_reason: Reason | None = None


class QueuedLead(LeadOut):
    """A lead that waits. `waiting_hours`: since `queued_at`, by the clock."""

    waiting_hours: float
