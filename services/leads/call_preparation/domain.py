"""What a caller should know before calling, and how much of it is known."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from importlib.resources import files
from typing import Literal
from zoneinfo import ZoneInfo

import phonenumbers
from phonenumbers.timezone import time_zones_for_number

from services.leads.consent.domain import CHANNELS, Channel, Consent
from services.leads.lead.domain import Lead
from services.leads.person.domain import Way, ways_to_reach

DETAILS = (
    *("person", "job_title", "company", "industry", "phone", "email", "country", "region", "city"),
    *("language", "employees", "website", "product_interest", "expected_value", "needs"),
)
"""What there is to know of a lead before a call; `person`: the name of somebody, not of a company only."""
USUAL = ("person", "job_title", "company", "industry", "phone")
"""What is required until the organisation says otherwise."""
CHANNEL_OF: Mapping[str, Channel] = {
    "call": "phone",
    "email": "email",
    "form": "email",
    "social": "messenger",
}
"""The way to answer somebody who came by this kind of touch or activity."""
_UNKNOWN = "Etc/Unknown"
ZoneSource = Literal["phone", "country"]


@dataclass(frozen=True, slots=True)
class Permission:
    """Whether a channel may be used: `allowed` is None while nothing is recorded."""

    channel: Channel
    state: Literal["granted", "withdrawn", "not_recorded"]
    allowed: bool | None
    basis: str | None
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Readiness:
    """`ratio` = filled / required; None when nothing is required."""

    required: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def filled(self) -> int:
        """How many of the required fields are known."""
        return len(self.required) - len(self.missing)

    @property
    def ratio(self) -> float | None:
        """Filled / required."""
        return round(self.filled / len(self.required), 4) if self.required else None


def lacking(lead: Lead) -> tuple[str, ...]:
    """The details that are not known."""
    return tuple(name for name in DETAILS if not _known(lead, name))


def readiness(lead: Lead, required: Sequence[str]) -> Readiness:
    """How much of what is required is known."""
    gaps = lacking(lead)
    return Readiness(tuple(required), tuple(name for name in required if name in gaps))


def _known(lead: Lead, name: str) -> bool:
    if name != "person":
        return bool(getattr(lead, name))
    if lead.first_name or lead.last_name:
        return True
    return lead.name not in (lead.company, lead.email, lead.phone)


def permissions(holds: Mapping[str, Consent], withdrawn: Collection[str]) -> list[Permission]:
    """By channel. `withdrawn`: what somebody withdrew, whatever else is recorded."""
    return [_permission(channel, holds.get(channel), channel in withdrawn) for channel in CHANNELS]


def _permission(channel: Channel, said: Consent | None, withdrawn: bool) -> Permission:
    if said is not None and said.state == "granted" and not withdrawn:
        return Permission(channel, "granted", True, said.basis, said.at)
    if withdrawn or said is not None:
        ended = said if said is not None and said.state == "withdrawn" else None
        return Permission(
            channel, "withdrawn", False, ended.basis if ended else None, ended.at if ended else None
        )
    return Permission(channel, "not_recorded", None, None, None)


def preferred_channel(
    lead: Lead, came: Iterable[tuple[datetime, str]], allowed: Sequence[Permission]
) -> tuple[Channel | Way, str] | None:
    """The way the person is said to prefer, else the one used last, else the one agreed to last, and why.
    Never one that was withdrawn.

    `came`: when and by which kind of touch or activity the person came to us.
    """
    closed = {each.channel for each in allowed if each.allowed is False}
    said = lead.preferred_channel
    if said in ways_to_reach(said, phone=lead.phone, email=lead.email, do_not_contact=closed):
        return said, "recorded as preferred"
    used = [(at, CHANNEL_OF[kind]) for at, kind in came if kind in CHANNEL_OF]
    open_ways = [(at, channel) for at, channel in used if channel not in closed]
    if open_ways:
        at, channel = max(open_ways)
        return channel, f"used by the person on {at:%Y-%m-%d}"
    agreed = [(each.since, each.channel) for each in allowed if each.allowed and each.since is not None]
    return (max(agreed)[1], "agreed to last") if agreed else None


def time_zones(phone: str | None, country: str | None) -> tuple[ZoneSource | None, tuple[str, ...]]:
    """By what we know them, and the time zones the person may be in. The number is more precise."""
    by_phone = _zones_of_number(phone)
    if by_phone:
        return "phone", by_phone
    by_country = _zones_by_country().get(country or "", ())
    return ("country", by_country) if by_country else (None, ())


def local_times(zones: Iterable[str], now: datetime) -> list[tuple[str, datetime]]:
    """The time there, once for each different one, the earliest first."""
    times: dict[datetime, str] = {}
    for zone in zones:
        there = now.astimezone(ZoneInfo(zone))
        times.setdefault(there.replace(tzinfo=None), zone)
    return [(times[clock], now.astimezone(ZoneInfo(times[clock]))) for clock in sorted(times)]


def _zones_of_number(phone: str | None) -> tuple[str, ...]:
    if phone is None:
        return ()
    try:
        zones = time_zones_for_number(phonenumbers.parse(phone, None))
    except phonenumbers.NumberParseException:
        return ()
    return tuple(zone for zone in zones if zone != _UNKNOWN)


@lru_cache(maxsize=1)
def _zones_by_country() -> Mapping[str, tuple[str, ...]]:
    """As the time zone database lists them."""
    lines = (files("tzdata") / "zoneinfo" / "zone.tab").read_text().splitlines()
    zones: dict[str, tuple[str, ...]] = {}
    for line in lines:
        if line and not line.startswith("#"):
            country, _, zone = line.split("\t")[:3]
            zones[country] = (*zones.get(country, ()), zone)
    return zones
