"""The deals of a period, added up by the database in one statement, and what was planned beside them."""

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    FromClause,
    Subquery,
    case,
    cast,
    exists,
    func,
    literal_column,
    null,
    select,
    union_all,
)
from sqlalchemy import Uuid as UuidType
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.outlook.domain import Bucket, Filter, GroupBy, OutlookError, Sum, Sums
from services.forecast.product.queries import families, products_of
from services.forecast.rollup.domain import Price, cut_for
from services.forecast.rollup.queries import TOLD_APART, deals_now, deals_then, is_counted, summed, summed_now
from services.forecast.structure.queries import structure_of, team_groups
from services.forecast.territory.queries import groups_below, territories_below
from shared.contracts.errors import FieldError
from shared.contracts.identity import Identity
from shared.organisation.queries import owned_by_team
from shared.organisation.scope import owner_scope
from shared.organisation.tables import Structure
from shared.reporting.asked import Question

GroupKey = UUID | str | date | None
_SUMS = ("deals", "amount", "weighted", "without_probability", "without_amount")
_TOLD_BY = {
    "team_id": "owner_id",
    "team": "owner_id",
    "product_family": "product_id",
    "week": "week",
}
"""By which column deals are told apart for what goes by another name; of no cut: their week."""


async def sums_by_group(
    connection: AsyncConnection,
    question: Question,
    chosen: Filter,
    *,
    identity: Identity,
    currency: str,
    group_by: GroupBy | None,
) -> dict[GroupKey, Sums]:
    """The sums of each group, in base currency; without a group, those of everything under the key None."""
    price = Price(currency, currency, "dated", question.period.ends_on)
    grouped = await grouped_sums(
        connection, question, chosen, identity=identity, price=price, group_by=group_by
    )
    return grouped.sums


class Grouped(NamedTuple):
    """The sums of each group. `names`: of stages, as their deals call them."""

    sums: dict[GroupKey, Sums]
    names: dict[GroupKey, str]


async def grouped_sums(
    connection: AsyncConnection,
    question: Question,
    chosen: Filter,
    *,
    identity: Identity,
    price: Price,
    group_by: GroupBy | None,
) -> Grouped:
    """The sums of each group at a price, by one statement: the present out of cells where these tell apart
    what is asked for, else of the deals of the period. Refuses with `rate_missing`."""
    part = await _parts(connection, question, chosen, identity=identity, price=price, group_by=group_by)
    structure = structure_of(question)
    key, source = keyed(part, chosen, group_by, structure)
    bucket = case((part.c.closes_on.is_(None), "undated"), else_=part.c.bucket).label("bucket")
    sums = {name: func.coalesce(func.sum(part.c[name]), 0) for name in _SUMS}
    statement = (
        select(
            key.label("key"),
            bucket,
            *(each.label(name) for name, each in sums.items()),
            func.max(part.c.stage).label("name"),
            func.min(part.c.missing).label("missing"),
        )
        .select_from(source)
        .where(*conditions(part, chosen, identity, structure))
        .group_by(literal_column("1"), literal_column("2"))
    )
    rows = (await connection.execute(statement)).mappings().all()
    refuse_missing(min((row["missing"] for row in rows if row["missing"]), default=None), price)
    return Grouped(
        _gathered(rows, by_bucket=group_by == "category"),
        {row["key"]: row["name"] for row in rows if group_by == "stage"},
    )


async def _parts(
    connection: AsyncConnection,
    question: Question,
    chosen: Filter,
    *,
    identity: Identity,
    price: Price,
    group_by: GroupBy | None,
) -> Subquery:
    needed = _told_apart(chosen, group_by) | (set() if identity.scope == "all" else {"owner_id"})
    if not await is_counted(connection, question):
        then = deals_then(question, with_place="territory_id" in needed)
        return summed(then, price).subquery("part")
    cut = cut_for(needed) if price.is_plain else None
    if cut is None:
        return summed(deals_now(question.period), price).subquery("part")
    return union_all(*summed_now(cut, question.period, price)).subquery("part")


def _told_apart(chosen: Filter, group_by: GroupBy | None) -> set[str]:
    """The columns that what is asked for tells deals apart by."""
    by = {_TOLD_BY.get(each, each) for each in chosen.given()}
    if group_by not in (None, "category", "month"):
        by.add(_COLUMNS.get(group_by) or _TOLD_BY.get(f"{group_by}", f"{group_by}_id"))
    return by


def refuse_missing(missing: str | None, price: Price) -> None:
    """Refuses with `rate_missing` what `Price.missing` found: a sum without it would be too small."""
    if missing is not None:
        currency, day = missing.split(" ")
        detail = f"There is no exchange rate from {currency} to {price.base} on {day}."
        raise OutlookError("rate_missing", detail, [FieldError("/query/currency", "rate_missing", detail)])


def conditions(
    deal: FromClause, chosen: Filter, identity: Identity, structure: Structure
) -> list[ColumnElement[bool]]:
    """The deals that are chosen, of those the caller may see by the teams of `structure`."""
    found = [owner_scope(structure, identity, deal.c.owner_id)]
    if chosen.team_id is not None:
        found.append(owned_by_team(structure, deal.c.owner_id, chosen.team_id))
    if chosen.territory_id is not None:
        found.append(deal.c.territory_id.in_(territories_below(chosen.territory_id)))
    if chosen.product_family is not None:
        found.append(deal.c.product_id.in_(products_of(chosen.product_family)))
    own = chosen.given() & set(TOLD_APART) - {"territory_id"}
    return [*found, *(deal.c[name] == getattr(chosen, name) for name in sorted(own))]


_COLUMNS: dict[GroupBy | None, str] = {
    "owner": "owner_id",
    "product": "product_id",
    "pipeline": "pipeline_id",
    "stage": "stage_id",
    "source": "source",
}


def keyed(
    deal: FromClause, chosen: Filter, group_by: GroupBy | None, structure: Structure
) -> tuple[ColumnElement[Any], FromClause]:
    """The group of each deal, and the deals beside what it follows from."""
    if group_by in _COLUMNS:
        return deal.c[_COLUMNS[group_by]], deal
    if group_by in ("month", "week"):
        return cast(func.date_trunc(group_by, deal.c.closes_on), Date), deal
    if group_by == "product_family":
        family = families()
        return family.c.family, deal.outerjoin(family, family.c.product_id == deal.c.product_id)
    if group_by == "team":
        groups = team_groups(structure, chosen.team_id)
        return groups.c.group_id, deal.outerjoin(groups, groups.c.member_id == deal.c.owner_id)
    if group_by == "territory":
        places = groups_below(chosen.territory_id)
        return places.c.group_id, deal.outerjoin(places, places.c.territory_id == deal.c.territory_id)
    return cast(null(), UuidType), deal


async def team_names(
    connection: AsyncConnection, team_ids: Iterable[UUID], structure: Structure
) -> dict[UUID, tuple[str, bool]]:
    """Of each known team its name, and whether there are teams below it."""
    ids = list(team_ids)
    if not ids:
        return {}
    team, child = structure.team.c, structure.team.alias("child")
    has_children = exists().where(child.c.parent_id == team.id)
    rows = await connection.execute(select(team.id, team.name, has_children).where(team.id == func.any(ids)))
    return {row[0]: (row[1], row[2]) for row in rows}


def _gathered(rows: Any, *, by_bucket: bool) -> dict[GroupKey, Sums]:
    groups: dict[GroupKey, dict[Bucket, Sum]] = {}
    undated: dict[GroupKey, int] = {}
    for row in rows:
        if row["bucket"] == "undated":
            undated[None if by_bucket else row["key"]] = row["deals"]
            continue
        key = row["bucket"] if by_bucket else row["key"]
        groups.setdefault(key, {})[row["bucket"]] = Sum(*(row[name] for name in _SUMS))
    return {key: Sums(groups.get(key, {}), undated.get(key, 0)) for key in groups | undated}
