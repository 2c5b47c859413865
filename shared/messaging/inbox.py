"""What of a batch is new: the inbox by event id, the applied sequence by aggregate, the parked aggregates.

Must never break: it all happens in the transaction of the handlers, so an effect and its inbox row are one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Text, Uuid, bindparam, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.contracts.envelope import Envelope
from shared.messaging.handlers import Delivery
from shared.messaging.tables import MessagingTables
from shared.persistence.bulk import insert_rows

_RECEIVE = """
    WITH arrived AS (
        SELECT event_id, aggregate_id, place
        FROM unnest(:event_ids, :aggregate_ids) WITH ORDINALITY AS a (event_id, aggregate_id, place)
    ), fresh AS ({fresh})
    SELECT fresh.event_id IS NOT NULL AS is_fresh, coalesce(applied.sequence, 0) AS sequence,
        EXISTS (
            SELECT FROM parked WHERE parked.topic = :topic AND parked.aggregate_id = arrived.aggregate_id
        ) AS is_parked
    FROM arrived
    LEFT JOIN fresh USING (event_id)
    LEFT JOIN applied ON applied.topic = :topic AND applied.aggregate_id = arrived.aggregate_id
    ORDER BY place
"""
_INSERTED = """
    INSERT INTO inbox (event_id) SELECT event_id FROM arrived ON CONFLICT DO NOTHING RETURNING event_id
"""
_ALL = "SELECT DISTINCT event_id FROM arrived"
_PARAMETERS = (
    bindparam("event_ids", type_=ARRAY(Uuid)),
    bindparam("aggregate_ids", type_=ARRAY(Uuid)),
    bindparam("topic", type_=Text),
)
_APPLY = text(
    """
    INSERT INTO applied (topic, aggregate_id, sequence)
    SELECT :topic, aggregate_id, sequence
    FROM unnest(:aggregate_ids, :sequences) AS newest (aggregate_id, sequence)
    ON CONFLICT (topic, aggregate_id) DO UPDATE SET sequence = excluded.sequence
    WHERE applied.sequence < excluded.sequence
    """
).bindparams(
    bindparam("topic", type_=Text),
    bindparam("aggregate_ids", type_=ARRAY(Uuid)),
    bindparam("sequences", type_=ARRAY(BigInteger)),
)
_PARKED = text("SELECT EXISTS (SELECT FROM parked WHERE topic = :topic AND aggregate_id = :aggregate_id)")


@dataclass(frozen=True, slots=True)
class Sorted:
    """A batch by what is to become of it, each in its order."""

    to_handle: list[Delivery]
    to_park: list[Delivery]
    duplicates: list[Delivery]
    stale: list[Delivery]


class Inbox:
    """The receiving tables of one service. `deduplicate=False` leaves out the inbox, to prove its worth."""

    def __init__(self, tables: MessagingTables, *, deduplicate: bool = True) -> None:
        self._tables = tables
        statement = _RECEIVE.format(fresh=_INSERTED if deduplicate else _ALL)
        self._receive = text(statement).bindparams(*_PARAMETERS)

    async def receive(
        self, connection: AsyncConnection, topic: str, deliveries: Sequence[Delivery]
    ) -> Sorted:
        """Enter a batch of one topic and sort it: one statement unless an aggregate is parked.

        Same id again: duplicate. Older sequence than one applied: stale. Equal sequences are two events
        of one change.
        """
        arrived = {
            "event_ids": [delivery.envelope.id for delivery in deliveries],
            "aggregate_ids": [delivery.envelope.subject for delivery in deliveries],
            "topic": topic,
        }
        standings = (await connection.execute(self._receive, arrived)).all()
        parked = {
            delivery.envelope.subject
            for delivery, standing in zip(deliveries, standings, strict=True)
            if standing.is_parked
        }
        still_parked = {each for each in sorted(parked) if await self._hold(connection, topic, each)}
        return _sort(zip(deliveries, standings, strict=True), still_parked)

    async def _hold(self, connection: AsyncConnection, topic: str, aggregate_id: UUID) -> bool:
        """Keep a replay of this aggregate out until we commit, and say whether it is parked still."""
        await lock_aggregate(connection, topic, aggregate_id)
        return bool(await connection.scalar(_PARKED, {"topic": topic, "aggregate_id": aggregate_id}))

    async def record_applied(
        self, connection: AsyncConnection, topic: str, handled: Sequence[Envelope]
    ) -> None:
        """Remember the newest sequence of each aggregate; an older one never replaces it."""
        newest: dict[UUID, int] = {}
        for envelope in handled:
            newest[envelope.subject] = max(envelope.sequence, newest.get(envelope.subject, 0))
        if not newest:
            return
        ids = sorted(newest)
        sequences = [newest[aggregate_id] for aggregate_id in ids]
        await connection.execute(_APPLY, {"topic": topic, "aggregate_ids": ids, "sequences": sequences})

    async def park(
        self,
        connection: AsyncConnection,
        topic: str,
        deliveries: Sequence[Delivery],
        *,
        reason: str,
        failed: bool,
    ) -> None:
        """Set events aside, in order, until a replay."""
        if deliveries:
            rows = [_parked_row(topic, delivery.envelope, reason, failed) for delivery in deliveries]
            await connection.execute(
                insert_rows(self._tables.parked, rows).on_conflict_do_nothing(index_elements=["event_id"])
            )

    async def recent_failures(self, connection: AsyncConnection) -> tuple[int, int]:
        """Since the last event that was handled (at most an hour back): dead letters, events that failed."""
        statement = text(
            """
            WITH success AS (
                SELECT coalesce(max(received_at), now() - interval '1 hour') AS at FROM inbox
                WHERE received_at > now() - interval '1 hour'
                AND NOT EXISTS (SELECT FROM parked WHERE parked.event_id = inbox.event_id)
            )
            SELECT
                (SELECT count(*) FROM dead_letter, success WHERE dead_at > success.at),
                (SELECT count(*) FROM parked, success WHERE failed AND parked_at > success.at)
            """
        )
        dead, parked = (await connection.execute(statement)).one()
        return dead, parked


async def lock_aggregate(connection: AsyncConnection, topic: str, aggregate_id: UUID) -> None:
    """Until the end of the transaction nobody else parks or replays this aggregate."""
    await connection.execute(
        select(func.pg_advisory_xact_lock(func.hashtextextended(f"{topic}/{aggregate_id}", 0)))
    )


def _sort(standings: Any, parked: set[UUID]) -> Sorted:
    result = Sorted([], [], [], [])
    seen: set[UUID] = set()
    newest: dict[UUID, int] = {}
    for delivery, standing in standings:
        envelope = delivery.envelope
        last = newest.setdefault(envelope.subject, standing.sequence)
        if not standing.is_fresh or envelope.id in seen:
            result.duplicates.append(delivery)
        elif envelope.subject in parked:
            result.to_park.append(delivery)
        elif envelope.sequence < last:
            result.stale.append(delivery)
        else:
            newest[envelope.subject] = envelope.sequence
            result.to_handle.append(delivery)
        seen.add(envelope.id)
    return result


def _parked_row(topic: str, envelope: Envelope, reason: str, failed: bool) -> dict[str, Any]:
    return {
        "topic": topic,
        "aggregate_id": envelope.subject,
        "event_id": envelope.id,
        "sequence": envelope.sequence,
        "type": envelope.type,
        "envelope": envelope.model_dump(mode="json"),
        "reason": reason,
        "failed": failed,
    }
