"""Which snapshots there are, and what their frozen figures say."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    RowMapping,
    Uuid,
    and_,
    any_,
    case,
    func,
    literal,
    null,
    or_,
    select,
    true,
    type_coerce,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.outlook.domain import Bucket, Filter, Sum, Sums
from services.forecast.snapshot.domain import Snapshot
from services.forecast.snapshot.schemas import SnapshotOut
from services.forecast.snapshot.tables import snapshot, snapshot_figure, snapshot_owner
from shared.contracts.identity import Identity
from shared.contracts.periods import Period
from shared.web.listing import Field, Listing

GroupBy = Literal["owner", "team", "product", "category", "month"]
GroupKey = UUID | Bucket | date | None

_COUNTS = ("deals", "amount", "weighted", "without_probability", "without_amount")
_S, _F, _O = snapshot.c, snapshot_figure.c, snapshot_owner.c
LISTING = Listing(
    name="snapshots",
    table=snapshot,
    fields={
        "id": Field(_S.id, "uuid"),
        "kind": Field(_S.kind, "enum", values=("daily", "period_start", "on_demand")),
        "name": Field(_S.name, "text"),
        "taken_at": Field(_S.taken_at, "datetime", sortable=True),
        "taken_late": Field(_S.taken_late, "bool"),
        "day": Field(_S.day, "date"),
        "periods": Field(_S.periods, "texts"),
        "asked_by": Field(_S.asked_by, "uuid"),
    },
    default_sort="-taken_at",
    columns=tuple(_S[name] for name in SnapshotOut.model_fields),
    item_fields=tuple(SnapshotOut.model_fields),
)


async def taken_at(connection: AsyncConnection, snapshot_id: UUID) -> datetime | None:
    """The instant of knowledge it froze; None when there is no such snapshot."""
    found: datetime | None = await connection.scalar(select(_S.taken_at).where(_S.id == snapshot_id))
    return found


async def frozen_sums(
    connection: AsyncConnection,
    of: Snapshot,
    period: Period,
    chosen: Filter,
    *,
    identity: Identity,
    group_by: GroupBy | None,
) -> dict[GroupKey, Sums]:
    """The sums of each group in the period's months; without a group, of everything under the key None.

    Who sees what, and who is in which team, is as it was then.
    """
    path = func.coalesce(_O.team_path, literal([], ARRAY(Uuid)))
    figure = (
        select(
            _key(path, chosen, group_by).label("key"),
            case((_F.month.is_(None), "undated"), else_=_F.bucket).label("bucket"),
            *(_F[name] for name in _COUNTS),
        )
        .select_from(
            snapshot_figure.outerjoin(
                snapshot_owner, and_(_O.snapshot_id == _F.snapshot_id, _O.owner_id == _F.owner_id)
            )
        )
        .where(
            _F.snapshot_id == of.id,
            or_(_F.month.between(period.starts_on, period.ends_on), _F.month.is_(None)),
            _readable(path, identity),
            *_conditions(path, chosen),
        )
        .subquery("figure")
        .c
    )
    counts = [func.sum(figure[name]).label(name) for name in _COUNTS]
    statement = select(figure.key, figure.bucket, *counts).group_by(figure.key, figure.bucket)
    found: dict[GroupKey, dict[Bucket, Sum]] = {}
    undated: dict[GroupKey, int] = {}
    for row in (await connection.execute(statement)).mappings():
        if row["bucket"] == "undated":
            undated[row["key"]] = row["deals"]
        else:
            found.setdefault(row["key"], {})[row["bucket"]] = _sum(row)
    return {key: Sums(found.get(key, {}), undated.get(key, 0)) for key in found | undated}


def _sum(row: RowMapping) -> Sum:
    return Sum(*(row[name] for name in _COUNTS))


def _key(path: ColumnElement[Any], chosen: Filter, group_by: GroupBy | None) -> ColumnElement[Any]:
    if group_by is None:
        return type_coerce(null(), Uuid)
    if group_by == "team":
        if chosen.team_id is None:
            return path[func.cardinality(path)]
        team = literal(chosen.team_id, Uuid)
        return func.coalesce(path[func.array_position(path, team) + 1], team)
    if group_by == "category":
        return case((_F.month.is_not(None), _F.bucket))
    return {"owner": _F.owner_id, "product": _F.product_id, "month": _F.month}[group_by]


def _conditions(path: ColumnElement[Any], chosen: Filter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if chosen.owner_id is not None:
        conditions.append(_F.owner_id == chosen.owner_id)
    if chosen.product_id is not None:
        conditions.append(_F.product_id == chosen.product_id)
    if chosen.team_id is not None:
        conditions.append(literal(chosen.team_id, Uuid) == any_(path))
    return conditions


def _readable(path: ColumnElement[Any], identity: Identity) -> ColumnElement[bool]:
    """As `owner_scope`, by the teams of then."""
    if identity.scope == "all":
        return true()
    own = _F.owner_id == literal(identity.member_id, Uuid)
    if identity.scope != "subtree":
        return own
    return or_(own, _F.owner_id.is_(None), path.overlap(literal(list(identity.team_ids), ARRAY(Uuid))))
