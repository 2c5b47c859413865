"""The prediction of a period, whole and by group."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.prediction.domain.chosen import GroupBy, Part
from services.forecast.prediction.domain.outcome import Outcome
from services.forecast.prediction.queries import sums
from services.forecast.prediction.queries.teams import team_names
from services.forecast.prediction.use_cases.foretell_period import Foretold, Key, foretell_period
from services.forecast.product.queries import product_names
from services.forecast.tables import ORGANISATION
from shared.contracts.periods import Period
from shared.organisation.queries import load_organisation
from shared.reporting.asked import Asked, Question, question_of
from shared.reporting.figures import MOST_GROUPS


@dataclass(frozen=True, slots=True)
class Group:
    """`outcome` is None where only what was won is known."""

    key: Key
    name: str | None
    won: Decimal
    outcome: Outcome | None


@dataclass(frozen=True, slots=True)
class Predicted:
    """`groups` come with the largest first."""

    question: Question
    as_of: datetime
    currency: str
    rest: Period | None
    won: Decimal
    foretold: Foretold
    groups: tuple[Group, ...]
    groups_left_out: int


async def predict_period(
    connection: AsyncConnection,
    asked: Asked,
    part: Part,
    now: datetime,
) -> Predicted:
    """What the caller may see of it. Refuses with `period_invalid`, `invalid_parameter`."""
    organisation = await load_organisation(connection, ORGANISATION)
    currency, calendar = organisation.base_currency, organisation.calendar
    question = question_of(asked, calendar, now=now)
    as_of = question.as_of or question.known_at or now
    today = calendar.local_date(as_of)
    won = await sums.won(connection, question, part, currency)
    foretold = await foretell_period(connection, question, part, won=won, today=today.toordinal())
    period = question.period
    rest = None
    if period.ends_on >= today:
        first = max(period.starts_on, today)
        rest = calendar.span(f"{first.isoformat()}..{period.ends_on.isoformat()}", first, period.ends_on)
    keys = [] if part.group_by is None else _largest_first(foretold, won)
    names = await _names(connection, part.group_by, keys)
    return Predicted(
        question=question,
        as_of=as_of,
        currency=currency,
        rest=rest,
        won=sum(won.values(), Decimal(0)),
        foretold=foretold,
        groups=tuple(
            Group(key, names.get(key) if key else None, won.get(key, Decimal(0)), foretold.groups.get(key))
            for key in keys[:MOST_GROUPS]
        ),
        groups_left_out=max(0, len(keys) - MOST_GROUPS),
    )


def _largest_first(foretold: Foretold, won: dict[Key, Decimal]) -> list[Key]:
    """Nobody's deals come last."""

    def weight(key: Key) -> tuple[bool, float, str]:
        outcome = foretold.groups.get(key)
        return key is None, -(outcome.mean if outcome else float(won.get(key, 0))), str(key)

    return sorted(foretold.groups.keys() | won.keys(), key=weight)


async def _names(
    connection: AsyncConnection, group_by: GroupBy | None, keys: Collection[Key]
) -> dict[UUID, str]:
    ids = [key for key in keys if key is not None]
    if group_by == "team":
        return await team_names(connection, ids)
    return await product_names(connection, ids) if group_by == "product" else {}
