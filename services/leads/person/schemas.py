"""What is told of the ways to reach somebody."""

from typing import Protocol

from pydantic import BaseModel, ConfigDict

from services.leads.person.domain import Way, ways_to_reach


class PreferredChannel(BaseModel):
    """The way somebody prefers to be spoken to; null takes it back."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    preferred_channel: Way | None


class WaysOut(PreferredChannel):
    """`ways`: by which the person can be reached, to be offered in this order, the preferred one first. What
    was withdrawn is left out, and so are phone and mail without a number or address."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    version: int
    ways: list[Way]


class Reachable(Protocol):
    """A lead or a contact."""

    @property
    def version(self) -> int: ...
    @property
    def phone(self) -> str | None: ...
    @property
    def email(self) -> str | None: ...
    @property
    def do_not_contact(self) -> tuple[str, ...]: ...
    @property
    def preferred_channel(self) -> Way | None: ...


def ways_out(person: Reachable) -> dict[str, object]:
    """The answer for one person."""
    ways = ways_to_reach(
        person.preferred_channel,
        phone=person.phone,
        email=person.email,
        do_not_contact=person.do_not_contact,
    )
    return {"version": person.version, "preferred_channel": person.preferred_channel, "ways": ways}
