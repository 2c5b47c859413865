"""Somebody may be spoken to on a channel, or may not any more."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

Channel = Literal["email", "phone", "sms", "post", "messenger"]
CHANNELS: tuple[Channel, ...] = ("email", "phone", "sms", "post", "messenger")
ConsentState = Literal["granted", "withdrawn"]
Basis = Literal["consent", "contract", "legitimate_interest"]


@dataclass(frozen=True, slots=True)
class Consent:
    """What was said about one channel. `text_shown`: the words that were agreed to; `at`: when."""

    id: UUID
    channel: Channel
    state: ConsentState
    basis: Basis
    at: datetime
    recorded_at: datetime
    source: str | None = None
    text_shown: str | None = None
    by: str | None = None


def after_all(withdrawn: Collection[str], said: Iterable[Consent]) -> tuple[str, ...]:
    """The channels not to be used after all this was said."""
    channels = set(withdrawn)
    for each in said:
        if each.state == "withdrawn":
            channels.add(each.channel)
        else:
            channels.discard(each.channel)
    return tuple(sorted(channels))


def after_hearsay(withdrawn: Collection[str], said: Iterable[Consent]) -> tuple[str, ...]:
    """The same when a partner or another system says it: that never lifts a withdrawal."""
    return after_all(withdrawn, [each for each in said if each.state == "withdrawn"])


def news(current: Mapping[str, Consent], said: Iterable[Consent]) -> list[Consent]:
    """Those of the entries that say something else than what holds already."""
    known = dict(current)
    new: list[Consent] = []
    for each in said:
        before = known.get(each.channel)
        if before is None or (before.state, before.basis) != (each.state, each.basis):
            new.append(each)
            known[each.channel] = each
    return new
