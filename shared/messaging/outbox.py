"""Facts are written here in the transaction that makes them true; the relay publishes them.

Must never break: an event exists exactly when its change is committed. Lock the aggregate's row (or insert
it) before adding its event, so that within one aggregate ids follow versions.
"""

from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import CTE, TextClause, bindparam, func, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.contracts.envelope import Envelope
from shared.messaging.tables import MessagingTables

# Positions of the events of the current request, when the edge has put a list here.
announced_positions: ContextVar[list[str] | None] = ContextVar("announced_positions", default=None)
# Whether the current task has written events since its last commit; read by the wake-up.
announced: ContextVar[bool] = ContextVar("announced", default=False)

# Written out, because building it anew for each request would cost more than running it.
_COLUMNS = "event_id, topic, aggregate_id, aggregate_version, type, envelope"
_INSERT = (
    f"INSERT INTO outbox ({_COLUMNS}) "
    f"SELECT {_COLUMNS} FROM jsonb_populate_recordset(NULL::outbox, :events) WITH ORDINALITY AS new"
)
# Without it a condition on written rows may be planned as a join that loses the order.
_IN_ORDER = "ORDER BY new.ordinality"


@dataclass(frozen=True, slots=True)
class Backlog:
    """Events not yet published, and the age of the oldest in seconds (0 when there is none)."""

    count: int
    oldest_seconds: float


class Outbox:
    """The outbox of one service."""

    def __init__(self, tables: MessagingTables) -> None:
        self.table = tables.outbox

    async def add(self, connection: AsyncConnection, envelopes: Sequence[Envelope]) -> None:
        """Write the events with one statement, in this order. None to write is no statement."""
        if envelopes:
            await connection.execute(_ADD, {"events": _rows(envelopes)})

    def announce(
        self, envelopes: Sequence[Envelope], *, only_if: CTE | None = None, among: CTE | None = None
    ) -> CTE:
        """The same as a part of the statement that changes the state:

        `insert(lead).values(...).add_cte(outbox.announce([envelope]))`.

        `only_if`: a changing CTE that returns rows; without a row nothing is announced:

        `changed = update(deal).where(deal.c.version == 3, ...).returning(deal.c.id).cte("changed")`
        `select(changed.c.id).add_cte(outbox.announce([envelope], only_if=changed))`.

        `among`: a changing CTE with a column `id`; only events of the aggregates it returns are announced.
        Tell `withdraw` afterwards which were not.
        """
        return self.announcing(only_if=only_if, among=among, events=_rows(envelopes))

    def announcing(
        self,
        *,
        only_if: CTE | None = None,
        among: CTE | None = None,
        events: Sequence[dict[str, Any]] | None = None,
    ) -> CTE:
        """`announce` for a statement that is built once and run often with `parameters(envelopes)`."""
        insertion = _insertion(
            None if only_if is None else only_if.name,
            None if among is None else among.name,
            unique=events is not None,
        )
        given = insertion if events is None else insertion.bindparams(events=events)
        announcement = given.columns()
        for dependency in (only_if, among):
            if dependency is not None:
                announcement = announcement.add_cte(dependency)
        return announcement.cte("announced")

    def parameters(self, envelopes: Sequence[Envelope]) -> dict[str, Any]:
        """The parameter of a statement with `announcing`."""
        return {"events": _rows(envelopes)}

    def withdraw(self, envelopes: Sequence[Envelope]) -> None:
        """Take back the positions of events that the statement turned out not to write."""
        positions = announced_positions.get()
        if positions is not None:
            gone = {envelope.position for envelope in envelopes}
            positions[:] = [position for position in positions if position not in gone]

    async def backlog(self, connection: AsyncConnection) -> Backlog:
        """What waits for the relay."""
        age = func.extract("epoch", func.clock_timestamp() - func.min(self.table.c.created_at))
        row = await connection.execute(
            select(func.count(), func.coalesce(age, 0)).where(self.table.c.sent_at.is_(None))
        )
        count, oldest = row.one()
        return Backlog(count, float(oldest))


_ADD = text(f"{_INSERT} {_IN_ORDER}").bindparams(bindparam("events", type_=JSONB()))


@lru_cache
def _insertion(only_if: str | None, among: str | None, *, unique: bool) -> TextClause:
    """The insert as a part of another statement, under the conditions that the named CTEs are."""
    conditions = ["true"]
    if only_if is not None:
        conditions.append(f'EXISTS (SELECT FROM "{only_if}")')
    if among is not None:
        conditions.append(f'aggregate_id IN (SELECT id FROM "{among}")')
    statement = f"{_INSERT} WHERE {' AND '.join(conditions)} {_IN_ORDER}"
    return text(statement).bindparams(bindparam("events", type_=JSONB(), unique=unique))


def _rows(envelopes: Sequence[Envelope]) -> list[dict[str, Any]]:
    """The events as rows; notes that the current task has announced them."""
    positions = announced_positions.get()
    if positions is not None:
        positions.extend(envelope.position for envelope in envelopes)
    announced.set(True)
    return [_row(envelope) for envelope in envelopes]


def _row(envelope: Envelope) -> dict[str, Any]:
    return {
        "event_id": envelope.id,
        "topic": envelope.topic,
        "aggregate_id": envelope.subject,
        "aggregate_version": envelope.sequence,
        "type": envelope.type,
        "envelope": orjson.Fragment(envelope.model_dump_json()),
    }
