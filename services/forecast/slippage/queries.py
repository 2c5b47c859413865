"""Deals due at a period's start and what became of them, and close dates put off; added up in SQL."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    FromClause,
    Integer,
    RowMapping,
    Subquery,
    Uuid,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    select,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.deal_ledger import steps
from services.forecast.deal_ledger.rows import names_of_deals
from services.forecast.slippage.domain import NO_PUSHES, Fate, GroupBy, GroupKey, Met, Pushes, Slippage
from services.forecast.slippage.schemas import DueDealOut, PushedDealOut
from services.forecast.waterfall.domain import Situation
from services.forecast.waterfall.queries.opened import ANY
from services.forecast.waterfall.queries.pairs import Compared, from_since
from shared.organisation.queries import owned_by_team
from shared.organisation.scope import owner_scope
from shared.organisation.tables import Structure
from shared.web.listing import Field, Listing

_S = Situation
_FATES: dict[Fate, tuple[Situation, ...]] = {
    "won": (_S.WON, _S.WON_EARLIER),
    "lost": (_S.LOST, _S.LOST_OTHERWISE),
    "omitted": (_S.OMITTED, _S.ABSENT),
    "transferred": (_S.ELSEWHERE, _S.WON_ELSEWHERE, _S.LOST_ELSEWHERE),
}


_ALL, _MONTHS, _GROUPS = 0b11, 0b01, 0b10
"""What a sum is of, by which of month and group it is not of."""


def due(compared: Compared, time_zone: str, today: date) -> Subquery:
    """Each deal due: its `fate`, and by how many `days` it slipped. `today`: the last day that counts."""
    pair = from_since(compared).subquery("pair")
    still_to_come = and_(pair.c.after == _S.OPEN.value, pair.c.expected_close_after >= today)
    over = compared.period.ends_on < today
    pending = literal(value=False) if over else still_to_come
    fates = [(pair.c.after.in_([each.value for each in found]), fate) for fate, found in _FATES.items()]
    fate = case(*fates, (pending, "pending"), else_="slipped")
    closed_on = cast(func.timezone(time_zone, pair.c.closed_at_after), Date)
    waits_until = func.greatest(pair.c.expected_close_after, literal(today, Date))
    new_day = case((pair.c.after == _S.WON_LATER.value, closed_on), else_=waits_until)
    dated = pair.c.expected_close_after.is_not(None)
    days = case((and_(fate == "slipped", dated), new_day - pair.c.expected_close_before))
    return select(*pair.c, fate.label("fate"), cast(days, Integer).label("days")).subquery("due")


async def slippage(
    connection: AsyncConnection, of: Subquery, group_by: GroupBy | None, structure: Structure
) -> tuple[Slippage, dict[GroupKey, Slippage]]:
    """What became of all deals due, and of those of each group."""
    keyed = select(*of.c, _key(of, group_by, "before", structure).label("key")).subquery("keyed").c
    statement = select(
        func.grouping(keyed.key).label("of_all"),
        keyed.key,
        keyed.fate,
        func.count().label("deals"),
        func.coalesce(func.sum(keyed.amount_before), 0).label("amount"),
        func.avg(keyed.days).label("average"),
        func.percentile_cont(0.5).within_group(keyed.days).label("median"),
    ).group_by(func.grouping_sets(tuple_(keyed.fate), tuple_(keyed.key, keyed.fate)))
    rows = (await connection.execute(statement)).mappings().all()
    grouped: dict[GroupKey, list[RowMapping]] = {}
    for row in rows:
        if not row["of_all"]:
            grouped.setdefault(row["key"], []).append(row)
    return _slippage([row for row in rows if row["of_all"]]), {
        key: _slippage(found) for key, found in grouped.items()
    }


def _slippage(rows: Sequence[RowMapping]) -> Slippage:
    fates = {row["fate"]: Met(row["deals"], row["amount"]) for row in rows}
    slipped = next((row for row in rows if row["fate"] == "slipped"), None)
    if slipped is None or slipped["average"] is None:
        return Slippage(fates)
    return Slippage(fates, slipped["average"], Decimal(str(slipped["median"])))


def pushes(compared: Compared) -> Subquery:
    """Each time an open deal's close date was put off in the period, by how many `days`."""
    push = steps.pushes(compared.period.starts_at, compared.period.ends_at)
    chosen, owner = compared.selection, push.c.owner_id_after
    where = [owner_scope(compared.after.structure, compared.identity, owner)]
    if chosen.team_id is not None:
        where.append(owned_by_team(compared.after.structure, owner, chosen.team_id))
    if chosen.owner_id is not None:
        where.append(owner == chosen.owner_id)
    if chosen.product_id is not None:
        where.append(push.c.product_id_after == chosen.product_id)
    return select(push).where(*where).subquery("chosen_push")


@dataclass(frozen=True, slots=True)
class Pushed:
    """All that was put off, by the local month in which it was, and by group."""

    whole: Pushes
    by_month: Mapping[date, Pushes]
    by_group: Mapping[GroupKey, Pushes]


async def pushed(
    connection: AsyncConnection,
    push: Subquery,
    group_by: GroupBy | None,
    structure: Structure,
    *,
    time_zone: str,
    times: int,
) -> Pushed:
    """How often close dates were put off, by one statement: first of each deal, then of all."""
    month = cast(func.date_trunc("month", func.timezone(time_zone, push.c.at)), Date)
    keyed = (
        select(
            month.label("month"),
            _key(push, group_by, "after", structure).label("key"),
            push.c.deal_id,
            push.c.days,
        )
        .subquery("keyed")
        .c
    )
    sets = (
        tuple_(keyed.deal_id),
        tuple_(keyed.deal_id, keyed.month),
        tuple_(keyed.deal_id, keyed.key),
    )
    counts = (func.count().label("pushes"), func.sum(keyed.days).label("days"))
    by = func.grouping(keyed.month, keyed.key).label("by")
    of_deal = select(by, keyed.month, keyed.key, *counts).group_by(func.grouping_sets(*sets))
    each = of_deal.subquery("each").c
    often = func.count().filter(each.pushes > times)
    sums = (cast(func.sum(each.pushes), Integer), func.count(), cast(func.sum(each.days), Integer), often)
    statement = select(each.by, each.month, each.key, *sums).group_by(each.by, each.month, each.key)
    found = [(row[0], row[1], row[2], Pushes(*row[3:])) for row in await connection.execute(statement)]
    return Pushed(
        next((pushes for by, _, _, pushes in found if by == _ALL), NO_PUSHES),
        {month: pushes for by, month, _, pushes in found if by == _MONTHS},
        {key: pushes for by, _, key, pushes in found if by == _GROUPS},
    )


def due_listing(found: Subquery) -> Listing:
    """The deals due, those that slipped furthest first."""
    name, deal = names_of_deals(), found.c
    return Listing(
        name="due-deals",
        table=found.outerjoin(name, name.c.deal_id == deal.deal_id),
        fields={
            "deal_id": Field(deal.deal_id, "uuid", nullable=False),
            "fate": Field(deal.fate, "enum", values=(*_FATES, "slipped", "pending"), nullable=False),
            "days": Field(deal.days, "int", sortable=True),
            "amount": Field(deal.amount_before, "decimal", sortable=True),
            "expected_at_start": Field(deal.expected_close_before, "date", sortable=True, nullable=False),
            "stage_at_start": Field(deal.stage_before, "text"),
        },
        default_sort="-days",
        columns=(
            *(deal.deal_id, name.c.name, deal.fate, deal.days, deal.amount_before.label("amount")),
            deal.expected_close_before.label("expected_at_start"),
            deal.expected_close_after.label("expected_close"),
            deal.closed_at_after.label("closed_at"),
            *(deal.stage_before.label("stage_at_start"), deal.stage_after.label("stage")),
            deal.owner_id_after.label("owner_id"),
        ),
        item_fields=tuple(DueDealOut.model_fields),
        id_field="deal_id",
    )


def pushed_listing(push: Subquery) -> Listing:
    """The deals put off, the most often first; as they stood after the last time."""
    last = func.row_number().over(partition_by=push.c.deal_id, order_by=(push.c.sequence.desc(),))
    times = func.count().over(partition_by=push.c.deal_id)
    days = cast(func.sum(push.c.days).over(partition_by=push.c.deal_id), Integer)
    ranked = select(*push.c, last.label("last"), times.label("pushes"), days.label("all_days")).subquery()
    found = select(ranked).where(ranked.c.last == 1).subquery("pushed")
    name, deal = names_of_deals(), found.c
    return Listing(
        name="pushed-deals",
        table=found.outerjoin(name, name.c.deal_id == deal.deal_id),
        fields={
            "deal_id": Field(deal.deal_id, "uuid", nullable=False),
            "pushes": Field(deal.pushes, "int", sortable=True, nullable=False),
            "days": Field(deal.all_days, "int", sortable=True, nullable=False),
            "last_pushed_at": Field(deal.at, "datetime", sortable=True, nullable=False),
            "stage": Field(deal.stage_after, "text"),
        },
        default_sort="-pushes",
        columns=(
            *(deal.deal_id, name.c.name, deal.pushes, deal.all_days.label("days")),
            *(deal.at.label("last_pushed_at"), deal.owner_id_after.label("owner_id")),
            *(deal.stage_after.label("stage"), deal.base_amount_after.label("amount")),
            *(deal.base_currency_after.label("currency"), deal.expected_close_after.label("expected_close")),
        ),
        item_fields=tuple(PushedDealOut.model_fields),
        id_field="deal_id",
    )


def _key(found: FromClause, group_by: GroupBy | None, side: str, structure: Structure) -> ColumnElement[Any]:
    """A team is the owner's by the structure."""
    if group_by is None:
        return cast(null(), Uuid)
    if group_by == "team":
        member = structure.member.c
        of_owner = select(member.team_id).where(member.id == found.c[f"owner_id_{side}"])
        return of_owner.scalar_subquery()
    return found.c[f"stage_{side}" if group_by == "stage" else f"{group_by}_id_{side}"]


DUE_OPENAPI = due_listing(due(ANY, "UTC", date(2027, 1, 1))).openapi
PUSHED_OPENAPI = pushed_listing(pushes(ANY)).openapi
"""What can be asked of the lists, which is the same for every question."""
