"""Bodies and answers of working hours and closed days."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shared.working_time.domain import Week, read_week

ClockTime = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$")]
Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2200, 12, 31))]


class Strict(BaseModel):
    """Unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class HoursIn(Strict):
    """Local time, from 00:00 to 24:00."""

    start: ClockTime
    end: ClockTime


_Day = Annotated[list[HoursIn], Field(max_length=10)]


class WeekIn(Strict):
    """Hours by weekday; a day that is not named is closed."""

    monday: _Day = []
    tuesday: _Day = []
    wednesday: _Day = []
    thursday: _Day = []
    friday: _Day = []
    saturday: _Day = []
    sunday: _Day = []

    def week(self) -> Week:
        """As rules take it. Refuses hours that end before they start or overlap."""
        return read_week({name: hours for name, hours in self.model_dump().items() if hours})


class WorkingHoursIn(Strict):
    """`week` null: the organisation's working days from 09:00 to 17:00."""

    week: WeekIn | None


class HoursOut(BaseModel):
    """Local time."""

    start: str
    end: str


class WorkingHoursOut(BaseModel):
    """The hours that count, in the organisation's time zone, and where they come from. `version`: the
    organisation's."""

    version: int
    time_zone: str
    source: Literal["organisation", "own"]
    week: dict[str, list[HoursOut]]


class ClosedDayIn(Strict):
    """A day on which nobody works."""

    day: Day
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class ClosedDayOut(BaseModel):
    """`country`: of whose public holidays it is one, when it was filled in from there."""

    day: date
    name: str
    country: str | None


class Holidays(Strict):
    """ISO 3166 country, and region where the holidays differ: `DE`, `BY`."""

    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
    region: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{1,6}$")] | None = None
    year: Annotated[int, Field(strict=True, ge=2000, le=2200)]


class ClosedDays(BaseModel):
    """The public holidays of that year, and how many of them were not closed days before."""

    added: int
    items: list[ClosedDayOut]


class WorkingTimeStep(BaseModel):
    """One change. `version`: of the organisation after it; `by`: the member, or `system`; `correlation_id`:
    of the request; `changes`: [before, after] of the week or of closed days by name."""

    id: UUID
    version: int
    at: datetime
    what: str
    by: str | None
    correlation_id: str | None
    changes: dict[str, tuple[Any, Any]]
