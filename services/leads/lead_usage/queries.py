"""Reads over leads: how many, how fully used, which unused, which first."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Label,
    Row,
    RowMapping,
    Text,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.deal_link.queries import was_won
from services.leads.lead.domain import OPEN
from services.leads.lead.queries import LEADS, in_base, shown
from services.leads.lead.scope import visible
from services.leads.lead_usage.schemas import Dimension, RecommendedLead, UnusedLead, UseGroup
from shared.contracts.identity import Identity
from shared.contracts.periods import Period
from shared.persistence.types import Instant
from shared.web.listing import Field, Listing

IDLE_DAYS = 14
"""So long without an activity, a lead counts as idle unless the question says otherwise."""
_LEAD = LEADS.table.c
_BY: Mapping[Dimension | UseGroup, ColumnElement[Any]] = {
    "owner": _LEAD.owner_id,
    "partner": _LEAD.partner_id,
    **{
        name: _LEAD[name]
        for name in (
            "category",
            "segment",
            "source",
            "origin",
            "channel",
            "status",
            "country",
            "industry",
            "campaign",
        )
    },
}


def _counted(identity: Identity, period: Period) -> list[ColumnElement[bool]]:
    return [
        visible(identity),
        _LEAD.created_at >= period.starts_at,
        _LEAD.created_at < period.ends_at,
        _LEAD.archived_at.is_(None),
        _LEAD.merged_into.is_(None),
    ]


async def stats(
    connection: AsyncConnection, identity: Identity, period: Period, by: Dimension
) -> Sequence[RowMapping]:
    """For each key: leads, value, leads whose value has no rate, open, qualified, converted and won ones."""
    key, value = _key(by), in_base()
    count = func.count()
    rows = await connection.execute(
        select(
            key,
            count.label("leads"),
            func.coalesce(func.sum(value), 0).label("value"),
            count.filter(_LEAD.expected_amount.is_not(None), value.is_(None)).label("without_rate"),
            count.filter(_LEAD.status.in_(OPEN)).label("open"),
            count.filter(_LEAD.qualified_at.is_not(None)).label("qualified"),
            count.filter(_LEAD.converted_at.is_not(None)).label("converted"),
            count.filter(was_won(_LEAD.id)).label("won"),
        )
        .where(*_counted(identity, period))
        .group_by(_BY[by])
        .order_by(count.desc(), _BY[by])
    )
    return rows.mappings().all()


async def use(
    connection: AsyncConnection, identity: Identity, period: Period, by: UseGroup | None
) -> Sequence[RowMapping]:
    """For each key, or for all together: leads received, and those worked on at least once."""
    count = func.count()
    figures = [count.label("received"), count.filter(_LEAD.activity_count > 0).label("used")]
    if by is None:
        rows = await connection.execute(select(*figures).where(*_counted(identity, period)))
    else:
        rows = await connection.execute(
            select(_key(by), *figures)
            .where(*_counted(identity, period))
            .group_by(_BY[by])
            .order_by(count.desc(), _BY[by])
        )
    return rows.mappings().all()


def _key(by: Dimension | UseGroup) -> Label[Any]:
    return cast(_BY[by], Text).label("key")


def unused(now: datetime) -> Listing:
    """The list of leads that nobody uses, as of `now`."""
    since = func.coalesce(_LEAD.last_activity_at, _LEAD.created_at)
    idle = func.extract("epoch", literal(now, Instant) - since) / 86400
    idle_days = cast(func.floor(idle), Integer)
    kind = case(
        (_LEAD.owner_id.is_(None), "unassigned"),
        (and_(_LEAD.activity_count == 0, _LEAD.first_contact_at.is_(None)), "never_contacted"),
        else_="idle",
    )
    kinds = ("unassigned", "never_contacted", "idle")
    made: dict[str, ColumnElement[Any]] = {
        "kind": kind.label("kind"),
        "idle_days": idle_days.label("idle_days"),
    }
    plain = ("owner_id", "source", "campaign", "status", "last_activity_at", "activity_count")
    return Listing(
        name="unused-leads",
        table=LEADS.table,
        default_sort="created_at",
        fields={
            "id": LEADS.fields["id"],
            "kind": Field(kind, "enum", values=kinds, nullable=False),
            "idle_days": Field(idle_days, "int", nullable=False),
            "created_at": LEADS.fields["created_at"],
            **{name: LEADS.fields[name] for name in plain},
        },
        columns=[made[name] if name in made else _LEAD[name] for name in UnusedLead.model_fields],
        item_fields=tuple(UnusedLead.model_fields),
    )


def is_unused(listing: Listing, identity: Identity, *, any_idle: bool) -> list[ColumnElement[bool]]:
    """Open leads that somebody should work on. Unless `any_idle`, idle ones are those idle for long."""
    kind, days = listing.fields["kind"].column, listing.fields["idle_days"].column
    conditions = [visible(identity), *_workable()]
    return conditions if any_idle else [*conditions, or_(kind != "idle", days >= IDLE_DAYS)]


_RANK = func.round(_LEAD.score * func.coalesce(in_base(), 0), 2)
RECOMMENDED = Listing(
    name="recommended-leads",
    table=LEADS.table,
    default_sort="-rank,-score",
    fields={
        **LEADS.fields,
        "rank": Field(_RANK, "decimal", sortable=True),
    },
    columns=[*(LEADS.columns or ()), _LEAD.last_activity_at, _RANK.label("rank")],
    item_fields=tuple(RecommendedLead.model_fields),
)
LOW_SCORE = 0.2


def is_recommended(identity: Identity, *, low_too: bool) -> list[ColumnElement[bool]]:
    """The caller's own open leads that are to be pursued, without low scores unless `low_too`."""
    own = [_LEAD.owner_id == identity.member_id, *_workable()]
    return own if low_too else [*own, or_(_LEAD.score.is_(None), _LEAD.score >= LOW_SCORE)]


def recommended_shown(row: Row[Any], now: datetime) -> Mapping[str, Any]:
    """A row of the recommendations, with the reason in words."""
    item = {**shown(row), "rank": row.rank}
    item["reason"] = _reason(item, row.last_activity_at, now)
    return item


def _reason(item: Mapping[str, Any], last_activity_at: datetime | None, now: datetime) -> str:
    said = []
    due = item["response_due_at"]
    if due is not None and item["first_contact_at"] is None:
        said.append(f"first response {'overdue since' if due < now else 'due by'} {due:%Y-%m-%d %H:%M} UTC")
    if item["score"] is not None:
        grade = f" (grade {item['grade']})" if item["grade"] else ""
        said.append(f"score {item['score']:.0%}{grade}")
    else:
        said.append("not scored yet")
    if item["expected_value"] is not None:
        said.append(f"worth {item['expected_value'].amount} {item['expected_value'].currency}")
    if last_activity_at is None:
        said.append("no activity yet")
    else:
        said.append(f"last activity {max((now - last_activity_at).days, 0)} days ago")
    return "; ".join(said)


def _workable() -> list[ColumnElement[bool]]:
    return [
        _LEAD.status.in_(OPEN),
        _LEAD.archived_at.is_(None),
        _LEAD.merged_into.is_(None),
        _LEAD.do_not_pursue.is_(False),
    ]
