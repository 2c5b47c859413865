"""Bodies and answers of sellers, absences and the catalogue of skills."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)

from services.leads.record.schemas import Line500, Strict
from services.leads.seller.domain import Seller, SellerGroup, SkillKind
from shared.contracts.instants import Instant

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
Clock = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$")]
Spoken = Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True, pattern=r"^[a-zA-Z]{2,3}$")]


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        raise ValueError("a time zone such as Europe/Berlin") from None
    return name


TimeZone = Annotated[str, Field(max_length=80), AfterValidator(_zone)]


class SkillLevel(Strict):
    """Something a seller can do or knows, how well (1 to 5), and what shows it."""

    kind: SkillKind
    name: Name
    level: Annotated[int, Field(strict=True, ge=1, le=5)]
    evidence: Line500 = None


class OpenHours(Strict):
    """Hours of a weekday (1 Monday to 7 Sunday) on the seller's clock, `"09:00"` to `"17:00"`."""

    model_config = ConfigDict(populate_by_name=True)

    weekday: Annotated[int, Field(strict=True, ge=1, le=7)]
    starts: Clock = Field(alias="from")
    ends: Clock = Field(alias="to")


class SellerPut(Strict):
    """The whole profile. `capacity`: most open leads; `daily_limit`: most new leads in a day; null is no
    limit. `working_hours`: null is the organisation's working days from 09:00 to 17:00. `preferred`: an
    expression over the lead; leads for which it holds go to this seller first among equals."""

    skills: Annotated[tuple[SkillLevel, ...], Field(max_length=200)] = ()
    languages: Annotated[tuple[Spoken, ...], Field(max_length=50)] = ()
    capacity: Annotated[int, Field(strict=True, ge=0, le=1_000_000)] | None = None
    daily_limit: Annotated[int, Field(strict=True, ge=0, le=1_000_000)] | None = None
    group: SellerGroup | None = None
    preferred: Annotated[str, Field(max_length=20_000)] | None = None
    accepts_leads: bool = True
    working_hours: Annotated[tuple[OpenHours, ...], Field(min_length=1, max_length=50)] | None = None
    time_zone: TimeZone | None = None

    @field_validator("skills")
    @classmethod
    def _each_once(cls, skills: tuple[SkillLevel, ...]) -> tuple[SkillLevel, ...]:
        if len({(each.kind, each.name.casefold()) for each in skills}) < len(skills):
            raise ValueError("a skill is named twice")
        return skills

    def values(self) -> dict[str, Any]:
        """As the record keeps it."""
        given = self.model_dump(by_alias=True)
        given["seller_group"] = given.pop("group")
        given["skills"] = list(given["skills"])
        given["languages"] = tuple(dict.fromkeys(self.languages))
        hours = given["working_hours"]
        given["working_hours"] = None if hours is None else list(hours)
        return given


class SkillLevelOut(BaseModel):
    """A skill with its level (1 to 5)."""

    kind: SkillKind
    name: str
    level: int
    evidence: str | None = None


class OpenHoursOut(BaseModel):
    """Hours of a weekday."""

    model_config = ConfigDict(populate_by_name=True)

    weekday: int
    starts: str = Field(alias="from")
    ends: str = Field(alias="to")


class SellerOut(BaseModel):
    """A member who may get leads. `version` is 0 until somebody has described the member."""

    member_id: UUID
    version: int
    role: str
    team_id: UUID | None
    active: bool
    skills: list[SkillLevelOut]
    languages: list[str]
    capacity: int | None
    daily_limit: int | None
    group: SellerGroup | None
    preferred: str | None
    accepts_leads: bool
    working_hours: list[OpenHoursOut] | None
    time_zone: str | None


class SellerNow(SellerOut):
    """With how the seller stands now. `away_until`: the end of the absence that goes on; `at_work`: within
    the hours, which no closed day of the organisation has (`closed_today`); `open_leads`: new, contacted or
    qualified leads the member owns."""

    away_until: datetime | None
    at_work: bool
    closed_today: bool
    open_leads: int


def profile_of(seller: Seller) -> dict[str, Any]:
    """The profile's part of the answer."""
    names = (
        *("version", "skills", "languages", "capacity", "daily_limit", "preferred", "accepts_leads"),
        *("working_hours", "time_zone"),
    )
    return {**{name: getattr(seller, name) for name in names}, "group": seller.seller_group}


class AbsenceCreate(Strict):
    """From when until when (not included) a member gets no leads."""

    model_config = ConfigDict(populate_by_name=True)

    starts_at: Instant = Field(alias="from")
    ends_at: Instant = Field(alias="to")
    reason: Line500 = None

    @model_validator(mode="after")
    def _in_order(self) -> "AbsenceCreate":
        if self.starts_at >= self.ends_at:
            raise ValueError("from lies before to")
        return self


class AbsencePatch(Strict):
    """A merge patch."""

    model_config = ConfigDict(populate_by_name=True)

    starts_at: Instant | None = Field(default=None, alias="from")
    ends_at: Instant | None = Field(default=None, alias="to")
    reason: Line500 = None


class AbsenceOut(BaseModel):
    """One absence."""

    model_config = ConfigDict(populate_by_name=True)

    id: UUID
    version: int
    member_id: UUID
    starts_at: datetime = Field(alias="from")
    ends_at: datetime = Field(alias="to")
    reason: str | None


class SkillCreate(Strict):
    """A new entry of the catalogue."""

    kind: SkillKind = "skill"
    name: Name


class SkillOut(BaseModel):
    """An entry of the catalogue."""

    id: UUID
    kind: SkillKind
    name: str
    created_at: datetime
