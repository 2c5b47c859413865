"""Bodies and answers about the competitors of a deal."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from services.pipeline.body import Strict, Text2000
from services.pipeline.deal_competitor.domain import CompetitorStatus
from shared.web.concurrency import MergePatch, absent


class DealCompetitorCreate(Strict):
    """Whom we meet, and how that stands: `ahead` or `behind` of us, `out` of the running."""

    competitor_id: UUID
    status: CompetitorStatus = "competing"
    strengths: Text2000 = None
    weaknesses: Text2000 = None


class DealCompetitorPatch(MergePatch):
    """A merge patch."""

    status: CompetitorStatus = absent()
    strengths: Text2000 = absent()
    weaknesses: Text2000 = absent()


class DealCompetitorOut(BaseModel):
    """A competitor met in the deal. `named`: the deal's text `competitor` is a spelling of it; `lost_to`: the
    deal was lost to it. `version` is 0, and `status` null, while only the deal's text names it."""

    competitor_id: UUID
    deal_id: UUID
    name: str
    status: CompetitorStatus | None
    strengths: str | None
    weaknesses: str | None
    named: bool
    lost_to: bool
    recorded_by: str | None
    created_at: datetime
    updated_at: datetime
    version: int
