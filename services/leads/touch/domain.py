"""One touch: somebody came to us at an instant, by a way that can be told."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from decimal import Decimal
from hashlib import md5
from typing import Any, Literal
from uuid import UUID

TouchKind = Literal["push", "entry", "load", "form", "email", "call", "site_visit", "social"]
KINDS: tuple[TouchKind, ...] = ("push", "entry", "load", "form", "email", "call", "site_visit", "social")
"""A partner's push, an entry by a member, loaded from another system, a form, and the kinds of inquiries."""
ASKED: tuple[TouchKind, ...] = ("form", "email", "call", "site_visit", "social")
"""Those by which somebody came by themselves."""
WAY = ("source", "medium", "campaign", "channel", "referrer", "landing_page")
"""The fields of a lead that say by which way it came; they stay as they were first known."""
WayName = Literal["source", "medium", "campaign", "channel"]
"""Those that figures go by."""
Attribution = Literal["first", "last", "linear", "position"]
"""Which touches a lead is credited to: the first, the last, all alike, or 40 % each to the first and the last
and 20 % to those between (of two each gets half)."""


@dataclass(frozen=True, slots=True)
class Touch:
    """`utm`: the campaign parameters as they were in the address."""

    id: UUID
    lead_id: UUID
    at: datetime
    kind: TouchKind
    source: str | None = None
    medium: str | None = None
    campaign: str | None = None
    channel: str | None = None
    referrer: str | None = None
    landing_page: str | None = None
    url: str | None = None
    utm: Mapping[str, str] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """Equal for touches by the same way."""
        way = "\x1f".join(f"{getattr(self, name) or ''}" for name in ("kind", *WAY))
        return md5(way.encode(), usedforsecurity=False).hexdigest()

    def row(self) -> dict[str, Any]:
        """The touch as it is written."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        return {**values, "utm": dict(self.utm), "fingerprint": self.fingerprint}


def way_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the values that say by which way somebody came."""
    return {name: values[name] for name in WAY if values.get(name) is not None}


_WHOLE, _NOTHING = Decimal(1), Decimal(0)


def weight_of(attribution: Attribution, said: int, *, edge: bool | None) -> Decimal:
    """How much of a lead one of its `said` touches is credited with; all of it where none says anything.
    `edge`: by the last touch whether it is that one, by position whether it is the first or last one."""
    if said == 0 or attribution == "first":
        return _WHOLE
    if attribution == "last":
        return _WHOLE if edge else _NOTHING
    if attribution == "linear" or said <= 2:
        return _WHOLE / said
    return Decimal("0.4") if edge else Decimal("0.2") / (said - 2)
