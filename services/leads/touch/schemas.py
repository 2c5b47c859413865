"""What is told of touches."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from services.leads.record.schemas import Line80, Line200, Line500, Strict
from services.leads.touch.domain import TouchKind
from shared.contracts.instants import Instant


class TouchOut(BaseModel):
    """One touch. `first` and `last` mark the ends of the row, which figures by source go by."""

    id: UUID
    at: datetime
    kind: TouchKind
    source: str | None
    medium: str | None
    campaign: str | None
    channel: str | None
    referrer: str | None
    landing_page: str | None
    url: str | None
    utm: dict[str, str]
    first: bool
    last: bool


class TouchSaid(Strict):
    """What is known of the way somebody came, beside what a lead's own fields say."""

    kind: TouchKind = "entry"
    at: Instant | None = None
    source: Line80 = None
    medium: Line80 = None
    campaign: Line200 = None
    channel: Line80 = None
    referrer: Line500 = None
    landing_page: Line500 = None
    url: Line500 = None
    utm: Annotated[dict[str, str], Field(max_length=20)] = Field(default_factory=dict)


class TouchesOut(BaseModel):
    """Every touch of a lead, oldest first."""

    items: list[TouchOut]
