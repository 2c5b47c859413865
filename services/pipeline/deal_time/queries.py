"""Late and skipped stages, stale deals, and how often stages are done in time."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Text,
    Uuid,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal.rows import CLOCKS, DEALS, PASSAGES
from services.pipeline.deal_activity.queries import ACTIVITIES
from services.pipeline.deal_time.schemas import GroupBy
from services.pipeline.pipeline.rows import STAGES
from services.pipeline.tables import ORGANISATION
from shared.contracts.periods import Period
from shared.persistence.types import Instant
from shared.web.listing import Field, Listing

_D, _P, _S, _K, _A = DEALS.c, PASSAGES.c, STAGES.c, CLOCKS.c, ACTIVITIES.c
_GROUPS: Mapping[str, ColumnElement[UUID | None]] = {
    "stage": _P.stage_id,
    "owner": _D.owner_id,
    "pipeline": _S.pipeline_id,
}
_MOST_KEYS = 10_000


def _late() -> FromClause:
    """Stays that were or are overdue, and stages that were jumped over when a later one was entered."""
    nothing = cast(null(), Instant)
    late = (
        select(
            *(_P.deal_id, _P.position, literal("late").label("state"), _P.stage_id, _P.entered_at),
            *(_P.left_at, _P.due_at, _P.due_at.label("at")),
        )
        .select_from(PASSAGES.outerjoin(CLOCKS, _K.deal_id == _P.deal_id))
        .where(
            _P.outcome.is_(None),
            _P.due_at.is_not(None),
            or_(_P.left_at > _P.due_at, and_(_P.left_at.is_(None), _K.overdue_at.is_not(None))),
        )
    )
    over = func.unnest(_P.skipped).table_valued("stage_id", name="jumped").render_derived()
    skipped = (
        select(
            *(_P.deal_id, _P.position, literal("skipped").label("state"), cast(over.c.stage_id, Uuid)),
            *(nothing.label("entered_at"), nothing.label("left_at"), nothing.label("due_at")),
            _P.entered_at.label("at"),
        )
        .select_from(PASSAGES.join(over, true()))
        .where(_P.skipped != cast([], _P.skipped.type))
    )
    return union_all(late, skipped).subquery("late_stage")


_L = _late()
_LATE_ID = func.concat(cast(_L.c.deal_id, Text), ":", _L.c.position, ":", cast(_L.c.stage_id, Text))
LATE = Listing(
    name="late-stages",
    table=_L.join(DEALS, _D.id == _L.c.deal_id).join(STAGES, _S.id == _L.c.stage_id),
    fields={
        "id": Field(_LATE_ID, "text", sortable=True, filterable=False, nullable=False),
        "state": Field(_L.c.state, "enum", values=("late", "skipped"), nullable=False),
        "at": Field(
            _L.c.at, "datetime", sortable=True, nullable=False, description="When it was due, or jumped over."
        ),
        "deal_id": Field(_L.c.deal_id, "uuid", nullable=False),
        "status": Field(_D.status, "enum", values=("open", "won", "lost")),
        "owner_id": Field(_D.owner_id, "uuid"),
        "pipeline_id": Field(_S.pipeline_id, "uuid"),
        "stage_id": Field(_L.c.stage_id, "uuid", nullable=False),
        "stage": Field(_S.name, "text"),
        "entered_at": Field(_L.c.entered_at, "datetime", nullable=True),
        "left_at": Field(_L.c.left_at, "datetime", nullable=True),
        "due_at": Field(_L.c.due_at, "datetime", nullable=True),
    },
    default_sort="-at",
    columns=(
        *(_LATE_ID.label("id"), _L.c.state, _L.c.at, _L.c.deal_id, _D.name.label("deal"), _D.status),
        *(_D.owner_id, _S.pipeline_id, _L.c.stage_id, _S.name.label("stage"), _S.supervisor_id),
        *(_L.c.entered_at, _L.c.left_at, _L.c.due_at),
    ),
    item_fields=(
        *("id", "state", "at", "deal_id", "deal", "status", "owner_id", "pipeline_id", "stage_id", "stage"),
        *("entered_at", "left_at", "due_at", "business_days_late", "accountable_id"),
    ),
)

_LAST_DONE = select(func.max(_A.done_at)).where(_A.deal_id == _D.id).correlate(DEALS).scalar_subquery()
_PLANNED = select(func.max(_A.planned_at)).where(_A.deal_id == _D.id).correlate(DEALS).scalar_subquery()
_HAS_NEXT = or_(_D.next_step.is_not(None), exists().where(_A.deal_id == _D.id, _A.planned_at.is_not(None)))
_ROTTEN, _STAGE_LATE, _CLOSE_LATE = (
    each.is_not(None) for each in (_K.rotten_at, _K.overdue_at, _K.close_overdue_at)
)
STALE_NOW = and_(_D.status == "open", or_(_ROTTEN, _STAGE_LATE, _CLOSE_LATE))
"""Open deals that went stale, are late in their stage, or should be closed by now."""
_COURSE = ("touched_at", "touched_kind", "touched_id", "touched_by", "due_at", "rots_at", "rotten_at")
STALE = Listing(
    name="stale-deals",
    table=DEALS.join(STAGES, _S.id == _D.stage_id).join(CLOCKS, _K.deal_id == _D.id),
    fields={
        "id": Field(_D.id, "uuid"),
        "owner_id": Field(_D.owner_id, "uuid"),
        "pipeline_id": Field(_D.pipeline_id, "uuid"),
        "stage_id": Field(_D.stage_id, "uuid"),
        "rotten": Field(_ROTTEN, "bool", nullable=False),
        "stage_overdue": Field(_STAGE_LATE, "bool", nullable=False),
        "overdue": Field(_CLOSE_LATE, "bool", nullable=False, description="Its close date is over."),
        "has_next_step": Field(_HAS_NEXT, "bool", nullable=False),
        "touched_at": Field(_K.touched_at, "datetime", sortable=True),
        "last_activity_at": Field(_LAST_DONE, "datetime", nullable=True),
        "stage_entered_at": Field(_D.stage_entered_at, "datetime", sortable=True),
        "due_at": Field(_K.due_at, "datetime", sortable=True),
        "rotten_at": Field(_K.rotten_at, "datetime", sortable=True),
        "expected_close": Field(_D.expected_close, "date", sortable=True),
    },
    default_sort="touched_at",
    text=(_D.name,),
    columns=(
        *(_D.id, _D.name, _D.owner_id, _D.account_id, _D.pipeline_id, _D.stage_id, _S.name.label("stage")),
        *(_D.stage_entered_at, _S.target_days, _S.rotting_days, *(_K[name] for name in _COURSE)),
        *(_K.overdue_at, _K.close_overdue_at, _D.expected_close, _D.next_step, _D.next_step_at),
        *(_LAST_DONE.label("last_activity_at"), _PLANNED.label("planned_at")),
        _HAS_NEXT.label("has_next_step"),
    ),
    item_fields=(
        *("id", "name", "owner_id", "account_id", "pipeline_id", "stage_id", "stage", "reasons"),
        *(
            "last_activity_at",
            "touched_at",
            "last_touch",
            "business_days_silent",
            "rotting_days",
            "rotten_at",
        ),
        *("has_next_step", "next_step", "next_step_at", "stage_entered_at", "days_in_stage"),
        *("business_days_in_stage", "target_days", "due_at", "expected_close"),
    ),
)


async def managers_of(connection: AsyncConnection) -> dict[UUID, UUID]:
    """Who answers for each member: the first active manager of the own team or of the nearest one above."""
    member, team = ORGANISATION.member.c, ORGANISATION.team.c
    people = (await connection.execute(select(member.id, member.team_id, member.role, member.active))).all()
    above = {row.id: row.parent_id for row in await connection.execute(select(team.id, team.parent_id))}
    leads: dict[UUID, list[UUID]] = {}
    for person in sorted(people, key=lambda each: each.id):
        if person.active and person.role == "manager" and person.team_id is not None:
            leads.setdefault(person.team_id, []).append(person.id)
    found = {person.id: _first_above(person.id, person.team_id, leads, above) for person in people}
    return {member_id: manager for member_id, manager in found.items() if manager is not None}


def _first_above(
    member_id: UUID,
    team_id: UUID | None,
    leads: Mapping[UUID, Sequence[UUID]],
    above: Mapping[UUID, UUID | None],
) -> UUID | None:
    for _ in range(len(above) + 1):
        if team_id is None:
            break
        others = [each for each in leads.get(team_id, ()) if each != member_id]
        if others:
            return others[0]
        team_id = above.get(team_id)
    return None


async def punctuality(
    connection: AsyncConnection,
    period: Period,
    group_by: GroupBy | None,
    where: Sequence[ColumnElement[bool]],
    *,
    now: datetime,
) -> dict[str | None, dict[str, int]]:
    """Stages due in the period, by key (one key None without `group_by`): due, met, late, open.

    One that ended with the loss of its deal before it was due was not due any more.
    """
    after = PASSAGES.alias("after")
    lost = or_(after.c.outcome == "lost", and_(after.c.deal_id.is_(None), _D.status == "lost"))
    met = _P.left_at <= _P.due_at
    key: ColumnElement[Any] = cast(null(), Uuid) if group_by is None else _GROUPS[group_by]
    query = (
        select(
            key.label("key"),
            func.count().label("due"),
            func.count().filter(met).label("met"),
            func.count().filter(_P.left_at > _P.due_at).label("late"),
            func.count().filter(_P.left_at.is_(None)).label("running"),
        )
        .select_from(
            PASSAGES.join(DEALS, _D.id == _P.deal_id)
            .join(STAGES, _S.id == _P.stage_id)
            .outerjoin(after, and_(after.c.deal_id == _P.deal_id, after.c.position == _P.position + 1))
        )
        .where(
            _P.outcome.is_(None),
            _P.due_at >= period.starts_at,
            _P.due_at < period.ends_at,
            _P.due_at <= now,
            ~case((and_(_P.left_at.is_not(None), lost), met), else_=False),
            *where,
        )
        .group_by(key)
        .order_by(func.count().desc())
        .limit(_MOST_KEYS)
    )
    rows = (await connection.execute(query)).mappings()
    return {
        None if row["key"] is None else str(row["key"]): {
            name: row[name] for name in ("due", "met", "late", "running")
        }
        for row in rows
    }
