"""The gap's rows added up by the database, and listed."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, get_args
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Row,
    and_,
    any_,
    cast,
    false,
    func,
    literal,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy import Uuid as UuidType
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.deal_ledger.queries import name_of
from services.forecast.gap.domain import FATES, Behind, By, Cut, Fate, Span, Sum, Sums
from services.forecast.gap.rows import Asked, known_at_start, lines, where_chosen
from services.forecast.gap.schemas import GapDealOut
from services.forecast.outlook.domain import Filter
from services.forecast.tables import ORGANISATION
from shared.contracts.events.pipeline_deal import DealStatus
from shared.contracts.identity import Identity
from shared.contracts.periods import Calendar
from shared.reporting.figures import money
from shared.web.listing import Field, Listing

_SUMS = ("deals", "planned", "amount", "won", "short", "fell_short", "grew")
_KEYS: dict[By, str] = {"owner": "owner_id", "stage": "stage_id", "source": "source", "product": "product_id"}
_MONEY = ("planned", "worth", "won", "effect")


async def sums_by_day(connection: AsyncConnection, asked: Asked) -> dict[date, tuple[Decimal, Decimal]]:
    """What was to come and what came, of each day on which there was any."""
    line = lines(asked).cte("line").c
    nothing = cast(literal(0), line.won.type)
    flow = union_all(
        select(line.due_on.label("day"), line.planned, nothing.label("won")).where(line.due_on.is_not(None)),
        select(line.won_on, nothing, line.won).where(line.won_on.is_not(None)),
    ).subquery("flow")
    query = (
        select(flow.c.day, func.sum(flow.c.planned), func.sum(flow.c.won)).group_by(flow.c.day).limit(5_000)
    )
    return {row[0]: (row[1], row[2]) for row in await connection.execute(query)}


async def sums_by_cut(connection: AsyncConnection, asked: Asked) -> tuple[Sums, dict[Cut, dict[Fate, Sum]]]:
    """The whole, and each owner, stage, source and product (None: of none), by one statement."""
    line = lines(asked).subquery("line").c
    keys = [line[name] for name in _KEYS.values()]
    query = (
        select(
            *(line.fate, *keys, func.grouping(*keys).label("absent")),
            *_added(line),
        )
        .group_by(line.fate, func.grouping_sets(tuple_(), *(tuple_(key) for key in keys)))
        .limit(1_000_000)
    )
    whole: dict[Fate, Sum] = {}
    cuts: dict[Cut, dict[Fate, Sum]] = {}
    for row in (await connection.execute(query)).all():
        by = _by_of(row.absent)
        if by is None:
            whole[row.fate] = _sum(row)
        else:
            value = getattr(row, _KEYS[by])
            cuts.setdefault(Cut(by, None if value is None else str(value)), {})[row.fate] = _sum(row)
    return whole, cuts


async def where_it_went(
    connection: AsyncConnection, asked: Asked, behind: Behind, team_of: Mapping[UUID, UUID | None]
) -> tuple[UUID, str] | None:
    """The stage in which most of what is behind a gap was lost or waits."""
    line = lines(asked).subquery("line").c
    query = (
        select(line.stage_now_id, func.max(line.stage_now))
        .where(line.fate == behind.part, true() if behind.cut is None else _is_in(line, behind.cut, team_of))
        .group_by(line.stage_now_id)
        .order_by(func.sum(line.planned - line.won).desc(), line.stage_now_id)
        .limit(1)
    )
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else (row[0], row[1])


async def is_planned(connection: AsyncConnection, asked: Asked) -> bool:
    """Whether any open deal expected in the period was known when it began."""
    stood, period = known_at_start(asked), asked.span.period
    expected = stood.c.expected_close.between(period.starts_on, period.ends_on)
    found = (
        select(stood.c.deal_id).where(stood.c.status == "open", expected, where_chosen(stood, asked)).exists()
    )
    return bool(await connection.scalar(select(found)))


async def teams(connection: AsyncConnection) -> tuple[dict[UUID, UUID | None], dict[UUID, UUID | None]]:
    """Of each member the team, of each team the one above."""
    member, team = ORGANISATION.member.c, ORGANISATION.team.c
    of = {
        row[0]: row[1] for row in await connection.execute(select(member.id, member.team_id).limit(1_000_000))
    }
    above = {
        row[0]: row[1] for row in await connection.execute(select(team.id, team.parent_id).limit(100_000))
    }
    return of, above


async def stage_names(connection: AsyncConnection, asked: Asked) -> dict[UUID, str]:
    """Of the stages deals were in at the start."""
    line = lines(asked).subquery("line").c
    query = (
        select(line.stage_id, func.max(line.stage)).where(line.stage_id.is_not(None)).group_by(line.stage_id)
    )
    return {row[0]: row[1] for row in await connection.execute(query.limit(5_000))}


def listing_of(asked: Asked) -> Listing:
    """The deals behind the gap that is asked for."""
    line = lines(asked).subquery("line")
    deal, name = name_of(line.c.deal_id)
    effect = line.c.planned - line.c.won
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


def _is_in(line: Any, cut: Cut, team_of: Mapping[UUID, UUID | None]) -> ColumnElement[bool]:
    if cut.value is None:
        return true()
    if cut.by == "team":
        members = [member for member, team in team_of.items() if str(team) == cut.value]
        return func.coalesce(line.owner_id == any_(literal(members, ARRAY(UuidType))), false())
    found: ColumnElement[bool] = line[_KEYS[cut.by]] == (cut.value if cut.by == "source" else UUID(cut.value))
    return found


def _added(line: Any) -> list[ColumnElement[Any]]:
    fell_short = and_(line.fate == "won", line.won < line.amount)
    grew = and_(line.fate == "won", line.won > line.amount)
    return [
        func.count().label("deals"),
        *(func.sum(line[name]).label(name) for name in ("planned", "amount", "won")),
        func.coalesce(func.sum(line.amount - line.won).filter(fell_short), 0).label("short"),
        func.count().filter(fell_short).label("fell_short"),
        func.count().filter(grew).label("grew"),
    ]


def _by_of(absent: int) -> By | None:
    """Which of the keys the row is of: the one whose bit is not set."""
    bits = {by: 1 << (len(_KEYS) - 1 - place) for place, by in enumerate(_KEYS)}
    return next((by for by, bit in bits.items() if not absent & bit), None)


def _sum(row: Row[Any]) -> Sum:
    return Sum(**{name: getattr(row, name) for name in _SUMS})


_NOBODY = Identity(sub="nobody", kind="service", role="none", scope="none")
_ANY_DAY = Calendar().span("any", date(2027, 1, 1), date(2027, 1, 1))
DECLARED = listing_of(
    Asked(Span(_ANY_DAY, None, _ANY_DAY.starts_on), None, None, Filter(), _NOBODY, "EUR", "UTC", "weighted")
)
"""What the list takes, whatever is asked."""
