"""Bodies and answers of partner programmes."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from services.leads.partner_program.domain import PartnerProgram
from services.leads.record.schemas import Prose, Strict
from shared.contracts.money import Money
from shared.reporting.schemas import Ratio

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


def _not_below_nothing(threshold: Money) -> Money:
    if threshold.amount < 0:
        raise ValueError("not less than 0")
    return threshold


Threshold = Annotated[Money, AfterValidator(_not_below_nothing)]


class TierIn(Strict):
    """Who won at least `from_revenue` in the period asked about gets `reward_rate` (0 to 1) of all of it."""

    name: Name
    from_revenue: Threshold
    reward_rate: Annotated[Decimal, Field(ge=0, le=1, decimal_places=4)]


class ProgramFields(Strict):
    """`rules`: in words. `tiers`: the lowest first, thresholds in the organisation's currency."""

    rules: Prose = None
    tiers: Annotated[tuple[TierIn, ...], Field(max_length=20)] = ()
    active: bool = True

    def values(self) -> dict[str, Any]:
        """What was given, as the record keeps it."""
        given = self.given()
        if "tiers" in given:
            given["tiers"] = [tier.model_dump(mode="json") for tier in self.tiers]
        return given


class ProgramCreate(ProgramFields):
    """A new programme."""

    name: Name


class ProgramPatch(ProgramFields):
    """A merge patch; `tiers` is replaced as a whole."""

    name: Name = ""


class TierOut(BaseModel):
    """A tier of a programme."""

    name: str
    from_revenue: Money
    reward_rate: Ratio


class ProgramOut(BaseModel):
    """A programme. Partners are its members by their `program_id`."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    name: str
    rules: str | None
    tiers: list[TierOut]
    active: bool
    archived_at: datetime | None
    created_at: datetime
    updated_at: datetime


def program_out(program: PartnerProgram) -> dict[str, Any]:
    """The answer for one programme, ready for JSON."""
    return ProgramOut.model_validate(program).model_dump(mode="json")
