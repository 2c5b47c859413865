"""Deal facts become rows: three statements for any batch. Repeats and late arrivals are harmless."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal_column, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.deal_ledger.domain import Fact, Standing, facts_of, standing_of
from services.forecast.deal_ledger.tables import deal_fact, deal_now
from services.forecast.known_at import known_at
from services.forecast.replica import keep_newest
from shared.contracts.envelope import Envelope
from shared.contracts.events.pipeline_deal import DealState
from shared.persistence.bulk import insert_rows

_STANDING = tuple(field.name for field in fields(Standing))
_FOREVER = "infinity"


async def record_deals(connection: AsyncConnection, told: Sequence[tuple[DealState, Envelope]]) -> None:
    """Keep how each deal stands, and how it stood from when to when.

    The present comes first: it locks each deal's row, so that whoever writes facts of a deal sees all others.
    """
    await keep_newest(connection, deal_now, [_now_row(*pair) for pair in told])
    await _record_facts(connection, [_fact_row(fact) for pair in told for fact in facts_of(*pair)])


async def _record_facts(connection: AsyncConnection, rows: list[dict[str, Any]]) -> None:
    rows.sort(key=lambda row: (row["deal_id"], row["sequence"], row["part"]))
    await connection.execute(insert_rows(deal_fact, rows).on_conflict_do_nothing())
    touched = sorted({row["deal_id"] for row in rows})
    await _follow_up(connection, touched)


async def _follow_up(connection: AsyncConnection, deal_ids: Sequence[Any]) -> None:
    """What of a fact depends on the other statements about the same deal: it holds until the earliest
    `valid_from` of all later ones, and puts the close off from the day that the one before it had told."""
    fact = deal_fact.c
    order: dict[str, Any] = {"partition_by": fact.deal_id, "order_by": (fact.sequence, fact.part)}
    overruled_at = func.min(fact.valid_from).over(**order, rows=(1, None))
    forever: ColumnElement[datetime] = literal_column("'infinity'::timestamptz")
    days = fact.expected_close - func.lag(fact.expected_close).over(**order)
    stays_open = and_(fact.status == "open", func.lag(fact.status).over(**order) == "open")
    found = (
        select(
            fact.deal_id,
            fact.sequence,
            fact.part,
            func.greatest(fact.valid_from, func.coalesce(overruled_at, forever)).label("valid_to"),
            case((and_(stays_open, days > 0), days)).label("pushed_days"),
        )
        .where(fact.deal_id == func.any(list(deal_ids)))
        .subquery("found")
    )
    same = [fact[name] == found.c[name] for name in ("deal_id", "sequence", "part")]
    changed = [fact[name].is_distinct_from(found.c[name]) for name in ("valid_to", "pushed_days")]
    values = {name: found.c[name] for name in ("valid_to", "pushed_days")}
    await connection.execute(update(deal_fact).where(*same, or_(*changed)).values(values))


def _fact_row(fact: Fact) -> dict[str, Any]:
    return {
        "deal_id": fact.deal_id,
        "sequence": fact.sequence,
        "part": fact.part,
        "valid_from": fact.valid_from,
        "valid_to": fact.valid_to or _FOREVER,
        "known_at": fact.known_at,
        "reconstructed": fact.reconstructed,
        **_columns(fact.standing),
    }


def _now_row(event: DealState, envelope: Envelope) -> dict[str, Any]:
    return {
        "deal_id": event.deal_id,
        "sequence": envelope.sequence,
        "known_at": known_at(envelope),
        "name": event.name,
        **_columns(standing_of(event)),
    }


def _columns(standing: Standing) -> dict[str, Any]:
    return {name: getattr(standing, name) for name in _STANDING}
