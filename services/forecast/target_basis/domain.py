"""What a target was based on. Once frozen it is never written again; a later statement stands beside it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

from services.forecast.outlook.domain import Filter, aim_of_whole
from services.forecast.target.domain import Aim
from shared.contracts.errors import DomainError, FieldError
from shared.contracts.identity import Identity

Method = Literal["commit", "most_likely", "best_case", "weighted", "bottom_up"]
MEANINGS: dict[Method, str] = {
    "commit": "Closed plus open deals in commit.",
    "most_likely": "Closed plus open deals in commit and most likely.",
    "best_case": "Closed plus open deals in commit, most likely and best case.",
    "weighted": "Closed plus amount times probability of the open deals.",
    "bottom_up": "Market growth x average pipeline of an individual x win rate x individuals.",
}


class BasisError(DomainError):
    """Why there is no basis."""


@dataclass(frozen=True, slots=True)
class Basis:
    """`amount`: what the method said of the target's period as of `as_of`, as far as `known_at` knew it;
    `target_amount`: what the target was set to in that version, in the same currency."""

    id: UUID
    target_id: UUID
    target_version: int
    method: Method
    snapshot_id: UUID | None
    as_of: datetime
    known_at: datetime
    amount: Decimal
    target_amount: Decimal
    currency: str
    said_by: str
    frozen_at: datetime


def filter_of(aim: Aim) -> Filter:
    """The deals the target is about. Refuses a country with `validation_failed`: forecasts have none."""
    if aim.country is not None:
        detail = "A target of a country has no basis: forecasts are not by country."
        raise BasisError("validation_failed", detail, [FieldError("/basis", "not_allowed", detail)])
    return Filter(aim.team_id, aim.owner_id, aim.product_id, aim.territory_id)


def sees_all_of(aim: Aim, caller: Identity) -> bool:
    """Whether the caller's figures for the aim hold all of its deals."""
    return aim.country is None and aim_of_whole(filter_of(aim), caller) == aim


def not_later_than(now: datetime, instant: datetime | None, field: str) -> datetime:
    """The instant, now where none is given. Refuses the future with `validation_failed`."""
    if instant is not None and instant > now:
        detail = "How things stood is known of the past only."
        raise BasisError(
            "validation_failed", detail, [FieldError(f"/basis/{field}", "in_the_future", detail)]
        )
    return instant or now
