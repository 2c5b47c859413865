"""The basis of a target as it comes and goes."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from services.forecast.target.schemas import TargetIn, TargetOut
from services.forecast.target_basis.domain import Method
from shared.contracts.money import Money
from shared.reporting.schemas import DefinitionOut, Ratio


class BasisIn(BaseModel):
    """Which forecast the target rests on: of now, of a snapshot, or as of an instant."""

    model_config = ConfigDict(extra="forbid")

    method: Method
    snapshot_id: UUID | None = Field(default=None, description="Instead of `as_of` and `known_at`.")
    as_of: AwareDatetime | None = Field(default=None, description="Now when nothing is given.")
    known_at: AwareDatetime | None = Field(default=None, description="Now when nothing is given.")

    @model_validator(mode="after")
    def _one_moment(self) -> "BasisIn":
        if self.snapshot_id is not None and (self.as_of or self.known_at) is not None:
            raise ValueError("give either `snapshot_id` or `as_of` and `known_at`")
        return self


class TargetWithBasisIn(TargetIn):
    """A target, and the forecast it rests on if it rests on one."""

    basis: Annotated[BasisIn | None, Field(description="Frozen with the target.")] = None


class FrozenOut(BaseModel):
    """What was said when the target of this version was set. `share`: target divided by the figure."""

    id: UUID
    target_version: int
    method: Method
    meaning: str
    snapshot_id: UUID | None
    as_of: datetime
    known_at: datetime
    figure: Money
    target: Money
    share: Ratio | None
    said_by: str
    frozen_at: datetime


class LaterOut(BaseModel):
    """The same figure looked at again; null where too little is known of it now."""

    figure: Money | None
    difference: Money | None


class BasisOut(BaseModel):
    """`then`: as of the same instant, with all that is known now. `now`: as things stand now."""

    target: TargetOut
    basis: FrozenOut
    then: LaterOut
    now: LaterOut
    earlier: list[FrozenOut]
    definitions: dict[str, DefinitionOut]
