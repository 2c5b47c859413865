"""Bodies and answers about reasons."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from services.pipeline.body import Strict
from services.pipeline.loss_reason.domain import Outcome
from shared.web.concurrency import MergePatch, absent

_Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
_Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
_Position = Annotated[int, Field(ge=0, le=10_000, strict=True)]


class ReasonCreate(Strict):
    """A reason for an outcome. `needs_note`: who gives it says more; `asks_competitor`: and to whom."""

    key: _Key
    label: _Label
    outcome: Outcome = "lost"
    needs_note: bool = False
    asks_competitor: bool = False
    position: _Position = 0
    active: bool = True


class ReasonPatch(MergePatch):
    """A merge patch; key and outcome stay."""

    label: _Label = absent()
    needs_note: bool = absent()
    asks_competitor: bool = absent()
    position: _Position = absent()
    active: bool = absent()


class ReasonOut(BaseModel):
    """A reason why deals end so."""

    id: UUID
    key: str
    label: str
    outcome: Outcome
    needs_note: bool
    asks_competitor: bool
    position: int
    active: bool
    created_at: datetime
    updated_at: datetime
    version: int
