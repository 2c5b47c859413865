"""The organisation's settings and how they change."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from shared.contracts.errors import DomainError, FieldError
from shared.contracts.events.gateway_organisation import (
    DatedRate,
    ExchangeRatesSet,
    OpenHours,
    OrganisationChanged,
)
from shared.web.merge import check_or_merge, next_field_versions
from shared.working_time.domain import WEEKDAYS


class OrganisationError(DomainError):
    """The settings could not be changed."""


@dataclass(frozen=True, slots=True)
class Organisation:
    """Calendar and base currency. Working days are ISO: 1 is Monday.

    `working_hours`: by weekday, as `shared.working_time` writes them; None: office hours on working days.
    `closed_days`: dates on which nobody works, in order.
    """

    id: UUID
    name: str
    base_currency: str
    time_zone: str
    fiscal_year_start_month: int
    working_days: Sequence[int]
    created_at: datetime
    updated_at: datetime
    version: int = 1
    field_versions: Mapping[str, int] = field(default_factory=dict)
    working_hours: Mapping[str, Sequence[Mapping[str, str]]] | None = None
    closed_days: Sequence[date] = ()

    def founded(self) -> OrganisationChanged:
        """The fact that the organisation is there."""
        names = ("name", "base_currency", "time_zone", "fiscal_year_start_month", "working_days")
        return OrganisationChanged(**self._state(), changed=names)

    def edited(
        self, changes: Mapping[str, Any], *, seen_version: int | None, has_rates: bool, now: datetime
    ) -> tuple["Organisation", OrganisationChanged | None]:
        """The settings after the change, whatever was changed before when no version was seen. Refuses
        `version_conflict`, `time_zone_unknown`, and
        `base_currency_fixed`: rates are rates to the base currency, so it cannot change under them."""
        current = asdict(self) | {"working_days": list(self.working_days)}
        wanted = check_or_merge(
            changes,
            current=current,
            version=self.version,
            field_versions=self.field_versions,
            seen_version=self.version if seen_version is None else seen_version,
        )
        if not wanted:
            return self, None
        if "base_currency" in wanted and has_rates:
            detail = "There are exchange rates to the present base currency."
            raise OrganisationError(
                "base_currency_fixed", detail, [FieldError("/base_currency", "fixed", detail)]
            )
        if "time_zone" in wanted:
            require_time_zone(wanted["time_zone"])
        edited = self._next(wanted, now)
        return edited, OrganisationChanged(**edited._state(), changed=tuple(wanted))

    def with_closed_days(
        self, days: Sequence[date], *, now: datetime
    ) -> tuple["Organisation", OrganisationChanged]:
        """The fact that these are now the days on which nobody works."""
        edited = self._next({"closed_days": tuple(sorted(days))}, now)
        return edited, OrganisationChanged(**edited._state(), changed=("closed_days",))

    def with_rates(
        self, rates: Sequence[DatedRate], *, now: datetime
    ) -> tuple["Organisation", ExchangeRatesSet]:
        """The fact that rates were set. Refuses a rate of the base currency to itself."""
        for index, rate in enumerate(rates):
            if rate.currency == self.base_currency:
                detail = f"{rate.currency} is the base currency; its rate is 1."
                pointer = f"/items/{index}/currency"
                raise OrganisationError("validation_failed", detail, [FieldError(pointer, "invalid", detail)])
        edited = self._next({"rates": None}, now)
        return edited, ExchangeRatesSet(**edited._state(), changed=("rates",), rates=tuple(rates))

    def _next(self, wanted: Mapping[str, Any], now: datetime) -> "Organisation":
        version = self.version + 1
        fields = {name: value for name, value in wanted.items() if name != "rates"}
        versions = next_field_versions(self.field_versions, wanted, version)
        return replace(self, **fields, version=version, updated_at=now, field_versions=versions)

    def _state(self) -> dict[str, Any]:
        return {
            "organisation_id": self.id,
            "name": self.name,
            "base_currency": self.base_currency,
            "time_zone": self.time_zone,
            "fiscal_year_start_month": self.fiscal_year_start_month,
            "working_days": tuple(self.working_days),
            "working_hours": _open_hours(self.working_hours),
            "closed_days": tuple(self.closed_days),
        }


def _open_hours(
    week: Mapping[str, Sequence[Mapping[str, str]]] | None,
) -> tuple[OpenHours, ...] | None:
    if week is None:
        return None
    return tuple(
        OpenHours(weekday=number, start=each["start"], end=each["end"])
        for number, name in enumerate(WEEKDAYS, start=1)
        for each in week.get(name, ())
    )


def require_time_zone(name: str) -> None:
    """Refuse what is not an IANA time zone."""
    try:
        ZoneInfo(name)
    except (OSError, ValueError, ZoneInfoNotFoundError):
        detail = "An IANA time zone such as Europe/Amsterdam."
        raise OrganisationError(
            "validation_failed", detail, [FieldError("/time_zone", "unknown_value", detail)]
        ) from None
