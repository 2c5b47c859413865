"""The deals of a period, added up by the database in one statement, and what was planned beside them."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    Subquery,
    and_,
    case,
    exists,
    func,
    literal,
    null,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy import Uuid as UuidType
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.deal_ledger.queries import deals
from services.forecast.outlook.domain import Bucket, Filter, GroupBy, Sum, Sums
from services.forecast.tables import ORGANISATION
from shared.contracts.identity import Identity
from shared.organisation.queries import owned_by_team
from shared.organisation.scope import owner_scope
from shared.reporting.asked import Question

GroupKey = UUID | Bucket | None


async def sums_by_group(
    connection: AsyncConnection,
    question: Question,
    chosen: Filter,
    *,
    identity: Identity,
    currency: str,
    group_by: GroupBy | None,
) -> dict[GroupKey, Sums]:
    """The sums of each group; without a group, those of everything under the key None.

    One statement over three index ranges: open deals by expected close, won deals by closing instant, and
    open deals without a date. A deal is in at most one of them.
    """
    deal = deals(question.as_of, question.known_at)
    seen = and_(*_conditions(deal, chosen, identity))
    key, source = _keyed(deal, chosen, group_by)
    parts = union_all(
        *(
            _part(deal, key, bucket, currency).select_from(source).where(condition, seen)
            for bucket, condition in _ranges(deal, question)
        )
    ).subquery("part")
    statement = select(
        parts.c.key,
        parts.c.bucket,
        func.count().label("deals"),
        func.coalesce(func.sum(parts.c.amount), 0).label("amount"),
        func.coalesce(func.sum(parts.c.amount * parts.c.probability), 0).label("weighted"),
        func.count().filter(parts.c.probability.is_(None)).label("without_probability"),
        func.count().filter(parts.c.amount.is_(None)).label("without_amount"),
    ).group_by(parts.c.key, parts.c.bucket)
    rows = (await connection.execute(statement)).mappings().all()
    return _gathered(rows, by_bucket=group_by == "category")


def _part(deal: Subquery, key: ColumnElement[Any], bucket: ColumnElement[str], currency: str) -> Select[Any]:
    in_base = case((deal.c.base_currency == currency, deal.c.base_amount))
    return select(key.label("key"), bucket.label("bucket"), in_base.label("amount"), deal.c.probability)


def _ranges(deal: Subquery, question: Question) -> list[tuple[ColumnElement[str], ColumnElement[bool]]]:
    """An open deal that somebody put into `closed` is not won: it counts as commit."""
    period = question.period
    open_counted = and_(deal.c.status == "open", deal.c.forecast_category != "omitted")
    category = case((deal.c.forecast_category == "closed", "commit"), else_=deal.c.forecast_category)
    expected = deal.c.expected_close.between(period.starts_on, period.ends_on)
    closed = and_(deal.c.closed_at >= period.starts_at, deal.c.closed_at < period.ends_at)
    return [
        (category, and_(open_counted, expected)),
        (literal("closed"), and_(deal.c.status == "won", closed)),
        (literal("undated"), and_(open_counted, deal.c.expected_close.is_(None))),
    ]


def _conditions(deal: Subquery, chosen: Filter, identity: Identity) -> list[ColumnElement[bool]]:
    conditions = [owner_scope(ORGANISATION, identity, deal.c.owner_id)]
    if chosen.owner_id is not None:
        conditions.append(deal.c.owner_id == chosen.owner_id)
    if chosen.product_id is not None:
        conditions.append(deal.c.product_id == chosen.product_id)
    if chosen.team_id is not None:
        conditions.append(owned_by_team(ORGANISATION, deal.c.owner_id, chosen.team_id))
    return conditions


def _keyed(deal: Subquery, chosen: Filter, group_by: GroupBy | None) -> tuple[ColumnElement[Any], FromClause]:
    if group_by == "owner":
        return deal.c.owner_id, deal
    if group_by == "product":
        return deal.c.product_id, deal
    if group_by == "team":
        groups = _team_groups(chosen.team_id)
        return groups.c.group_id, deal.outerjoin(groups, groups.c.member_id == deal.c.owner_id)
    return type_coerce(null(), UuidType), deal


def _team_groups(team_id: UUID | None) -> Subquery:
    """The group of each member: its team; below a given team, that team's child whose subtree holds it."""
    member, team = ORGANISATION.member.c, ORGANISATION.team.c
    if team_id is None:
        return select(member.id.label("member_id"), member.team_id.label("group_id")).subquery("grouped")
    tree = (
        select(team.id, team.id.label("group_id"))
        .where(team.parent_id == team_id)
        .cte("tree", recursive=True)
    )
    tree = tree.union(select(team.id, tree.c.group_id).join(tree, team.parent_id == tree.c.id))
    below = select(member.id.label("member_id"), tree.c.group_id).join(tree, member.team_id == tree.c.id)
    itself = select(member.id, member.team_id).where(member.team_id == team_id)
    return union_all(below, itself).subquery("grouped")


async def team_names(connection: AsyncConnection, team_ids: Iterable[UUID]) -> dict[UUID, tuple[str, bool]]:
    """Of each known team its name, and whether there are teams below it."""
    ids = list(team_ids)
    if not ids:
        return {}
    team, child = ORGANISATION.team.c, ORGANISATION.team.alias("child")
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
        groups.setdefault(key, {})[row["bucket"]] = _sum(row)
    return {key: Sums(groups.get(key, {}), undated.get(key, 0)) for key in groups | undated}


def _sum(row: Mapping[str, Any]) -> Sum:
    return Sum(
        row["deals"], row["amount"], row["weighted"], row["without_probability"], row["without_amount"]
    )
