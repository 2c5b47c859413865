"""The gap's rows added up by the database, and listed."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, get_args
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, case, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.deal_ledger.queries import name_of
from services.forecast.gap.domain.parts import FATES, MISSING, By, Cut, Fate, Sum
from services.forecast.gap.domain.seen import Seen
from services.forecast.gap.domain.span import Span
from services.forecast.gap.line import Asked, known_at_start, where_chosen
from services.forecast.gap.rows import lines
from services.forecast.gap.schemas import GapDealOut
from services.forecast.outlook.domain import Filter
from shared.contracts.events.pipeline_deal import DealStatus
from shared.contracts.identity import Identity
from shared.contracts.periods import Calendar
from shared.organisation.tables import Structure
from shared.reporting.figures import money
from shared.web.listing import Field, Listing

_SUMS = ("deals", "planned", "amount", "won", "short", "fell_short", "grew")
KEYS: dict[By, str] = {"owner": "owner_id", "stage": "stage_id", "source": "source", "product": "product_id"}
_DAYS = ("due_on", "won_on")
_MONEY = ("planned", "worth", "won", "effect")


async def see_deals(connection: AsyncConnection, asked: Asked) -> Seen:
    """All of them by owner, stage, source and product (None: of none), by day and by the stage they are in
    now, in one pass."""
    line = _placed(asked)
    keys = [line[name] for name in KEYS.values()]
    sets = [tuple_(line.place), *(tuple_(key, line.place) for key in keys)]
    days = [line[name] for name in _DAYS]
    query = (
        select(
            *(line.fate, *keys, line.place, *days),
            func.grouping(*keys, *days).label("absent"),
            *(func.max(line[name]).label(name) for name in ("stage", "stage_now")),
            *_added(line),
        )
        .group_by(line.fate, func.grouping_sets(*sets, *(tuple_(day) for day in days)))
        .limit(1_000_000)
    )
    return _seen(await connection.execute(query))


def _placed(asked: Asked) -> Any:
    """The rows with their `place`: the stage in which something that is missing was lost or waits."""
    line = lines(asked)
    is_missing = line.c.fate.in_([fate for fate in FATES if fate in MISSING])
    return select(*line.c, case((is_missing, line.c.stage_now_id)).label("place")).subquery("placed").c


def _seen(rows: Iterable[Row[Any]]) -> Seen:
    whole: dict[Fate, Sum] = {}
    cuts: dict[Cut, dict[Fate, Sum]] = {}
    days: dict[date, tuple[Decimal, Decimal]] = {}
    places: dict[Cut | None, dict[Fate, dict[UUID, Decimal]]] = {}
    stages: dict[UUID, str] = {}
    for row in rows:
        by = _key_of(row.absent)
        if by in _DAYS:
            _add_day(days, row, by)
            continue
        cut = next((_cut_of(each, row) for each in KEYS if each == by), None)
        sums = whole if cut is None else cuts.setdefault(cut, {})
        sums[row.fate] = sums.get(row.fate, Sum()) + _sum(row)
        if row.place is not None:
            places.setdefault(cut, {}).setdefault(row.fate, {})[row.place] = row.planned - row.won
            stages[row.place] = row.stage_now
        if by == "stage" and row.stage_id is not None:
            stages[row.stage_id] = row.stage
    return Seen(whole, cuts, days, places, stages)


def _cut_of(by: By, row: Row[Any]) -> Cut:
    value = getattr(row, KEYS[by])
    return Cut(by, None if value is None else str(value))


def _add_day(days: dict[date, tuple[Decimal, Decimal]], row: Row[Any], by: str) -> None:
    """What was to come on a day counts there, and what came on the day it was won."""
    day = getattr(row, by)
    if day is not None:
        to_come, came = days.get(day, (Decimal(0), Decimal(0)))
        due = by == "due_on"
        days[day] = (to_come + row.planned, came) if due else (to_come, came + row.won)


async def is_planned(connection: AsyncConnection, asked: Asked) -> bool:
    """Whether any open deal expected in the period was known when it began."""
    stood, period = known_at_start(asked), asked.span.period
    expected = stood.c.expected_close.between(period.starts_on, period.ends_on)
    found = (
        select(stood.c.deal_id).where(stood.c.status == "open", expected, where_chosen(stood, asked)).exists()
    )
    return bool(await connection.scalar(select(found)))


async def teams(
    connection: AsyncConnection, structure: Structure
) -> tuple[dict[UUID, UUID | None], dict[UUID, UUID | None]]:
    """Of each member the team, of each team the one above."""
    member, team = structure.member.c, structure.team.c
    of = {
        row[0]: row[1] for row in await connection.execute(select(member.id, member.team_id).limit(1_000_000))
    }
    above = {
        row[0]: row[1] for row in await connection.execute(select(team.id, team.parent_id).limit(100_000))
    }
    return of, above


def listing_of(asked: Asked) -> Listing:
    """The deals behind the gap that is asked for."""
    line = lines(asked)
    deal, name = name_of(line.c.deal_id)
    effect = line.c.planned - line.c.won
    shortfall = case((line.c.fate == "won", func.greatest(line.c.amount - line.c.won, 0)), else_=0)
    columns = {
        **{each: line.c[each] for each in GapDealOut.model_fields if each in line.c},
        "name": name,
        "worth": line.c.amount,
        "effect": effect,
    }
    return Listing(
        name="gap-deals",
        table=line.join(deal, line.c.fate != "new_business"),
        fields={
            "deal_id": Field(line.c.deal_id, "uuid"),
            "fate": Field(line.c.fate, "enum", values=[each for each in FATES if each != "new_business"]),
            "effect": Field(effect, "decimal", sortable=True),
            "shortfall": Field(shortfall, "decimal"),
            "due_on": Field(line.c.due_on, "date", sortable=True),
            "stage_id": Field(line.c.stage_id, "uuid"),
            "stage_now_id": Field(line.c.stage_now_id, "uuid"),
            "status": Field(line.c.status, "enum", values=get_args(DealStatus)),
            "owner_id": Field(line.c.owner_id, "uuid"),
            "source": Field(line.c.source, "text"),
            "product_id": Field(line.c.product_id, "uuid"),
            "expected_close": Field(line.c.expected_close, "date", sortable=True),
            "closed_at": Field(line.c.closed_at, "datetime", sortable=True),
        },
        default_sort="-effect",
        columns=[column.label(each) for each, column in columns.items()],
        item_fields=tuple(GapDealOut.model_fields),
        id_field="deal_id",
    )


def deal_of(row: Row[Any], currency: str) -> dict[str, Any]:
    """A row of the list."""
    return {
        each: money(getattr(row, each), currency) if each in _MONEY else getattr(row, each)
        for each in GapDealOut.model_fields
    }


def _added(line: Any) -> list[ColumnElement[Any]]:
    fell_short = and_(line.fate == "won", line.won < line.amount)
    grew = and_(line.fate == "won", line.won > line.amount)
    return [
        func.count(line.deal_id).label("deals"),
        *(func.sum(line[name]).label(name) for name in ("planned", "amount", "won")),
        func.coalesce(func.sum(line.amount - line.won).filter(fell_short), 0).label("short"),
        func.count().filter(fell_short).label("fell_short"),
        func.count().filter(grew).label("grew"),
    ]


def _key_of(absent: int) -> str | None:
    """By which of the keys or days the row is: the one whose bit is not set."""
    sets = (*KEYS, *_DAYS)
    return next((key for place, key in enumerate(reversed(sets)) if not absent >> place & 1), None)


def _sum(row: Row[Any]) -> Sum:
    return Sum(**{name: getattr(row, name) for name in _SUMS})


_NOBODY = Identity(sub="nobody", kind="service", role="none", scope="none")
_ANY_DAY = Calendar().span("any", date(2027, 1, 1), date(2027, 1, 1))
DECLARED = listing_of(
    Asked(Span(_ANY_DAY, None, _ANY_DAY.starts_on), None, None, Filter(), _NOBODY, "EUR", "UTC", "weighted")
)
"""What the list takes, whatever is asked."""
