"""Reads for scoring: leads that have ended, how leads were scored over time, and the likeliest open ones."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, RowMapping, Text, Uuid, any_, cast, func, literal, select, tuple_
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.lead.domain import OPEN
from services.leads.lead.schemas import RankedLead
from services.leads.lead.tables import lead, lead_history, lead_score
from services.leads.product.queries import product_named
from shared.web.listing import Field, Listing

_KEPT = (lead.c.merged_into.is_(None), lead.c.archived_at.is_(None))
_ENDED = (lead.c.status.in_(("disqualified", "converted")), lead.c.duplicate_of.is_(None), *_KEPT)
RANKED = (lead.c.status.in_(OPEN), lead.c.score.is_not(None), *_KEPT)


async def count_ended(connection: AsyncConnection) -> tuple[int, Any]:
    """How many leads have ended by themselves, and when the last of them was written."""
    row = await connection.execute(select(func.count(), func.max(lead.c.updated_at)).where(*_ENDED))
    count, latest = row.one()
    return count, latest


async def nth_newest_ended(connection: AsyncConnection, number: int) -> tuple[Any, UUID] | None:
    """Where the newest `number` leads that have ended begin: creation and id of the one before them."""
    rows = await connection.execute(
        select(lead.c.created_at, lead.c.id)
        .where(*_ENDED)
        .order_by(lead.c.created_at.desc(), lead.c.id.desc())
        .offset(number)
        .limit(1)
    )
    row = rows.first()
    return None if row is None else (row.created_at, row.id)


async def ended_after(
    connection: AsyncConnection, after: tuple[Any, UUID] | None, limit: int
) -> Sequence[RowMapping]:
    """Whole rows of leads that have ended, in the order they came up in."""
    query = select(lead).where(*_ENDED).order_by(lead.c.created_at, lead.c.id).limit(limit)
    if after is not None:
        query = query.where(tuple_(lead.c.created_at, lead.c.id) > after)
    return (await connection.execute(query)).mappings().all()


async def changes_of(connection: AsyncConnection, ids: Sequence[UUID]) -> list[tuple[UUID, dict[str, Any]]]:
    """Every change of fields of these leads, in order."""
    steps = lead_history.c
    among = steps.lead_id == any_(literal(list(ids), ARRAY(Uuid)))
    rows = await connection.execute(
        select(steps.lead_id, steps.details)
        .where(among, steps.version > 1)
        .order_by(steps.lead_id, steps.version)
        .limit(100 * len(ids))
    )
    return [(row.lead_id, row.details.get("changes", {})) for row in rows]


async def scores(connection: AsyncConnection, lead_id: UUID) -> list[dict[str, Any]]:
    """The newest 100 steps of a lead's score, newest first."""
    steps = lead_score.c
    rows = await connection.execute(
        select(*(column for column in steps if column.name not in ("id", "lead_id")))
        .where(steps.lead_id == lead_id)
        .order_by(steps.at.desc(), steps.id.desc())
        .limit(100)
    )
    return [
        {**row, "score": None if row["score"] is None else float(row["score"])} for row in rows.mappings()
    ]


_RANKING = ("id", "name", "company", "status", "owner_id", "product_interest", "score", "grade", "fit_points")
_RANKING_TOO = ("engagement_points", "scored_at", "score_version")

_PRODUCT = func.coalesce(cast(product_named(lead.c.product_interest), Text), lead.c.product_interest)

SCORES = Listing(
    name="lead-scores",
    table=lead,
    default_sort="-score",
    fields={
        "id": Field(lead.c.id, "uuid", sortable=True),
        "product_id": Field(_PRODUCT, "text"),
        "product_interest": Field(lead.c.product_interest, "text"),
        "owner_id": Field(lead.c.owner_id, "uuid"),
        "status": Field(lead.c.status, "enum", values=OPEN),
        "source": Field(lead.c.source, "text"),
        "country": Field(lead.c.country, "text"),
        "score": Field(lead.c.score, "decimal", sortable=True),
        "grade": Field(lead.c.grade, "text"),
        "created_at": Field(lead.c.created_at, "datetime", sortable=True),
    },
    columns=[lead.c[name] for name in (*_RANKING, *_RANKING_TOO)],
    item_fields=tuple(RankedLead.model_fields),
)


def ranked(row: Row[Any]) -> Mapping[str, Any]:
    """A row of the ranking as RankedLead."""
    item = dict(zip((*_RANKING, *_RANKING_TOO), row, strict=False))
    item["model_version"] = item.pop("score_version")
    return {**item, "score": float(item["score"])}
