"""Events become rows of the feed, in one order.

Must never break: positions are committed in the order they are given out, so a reader that has seen
position n will never be surprised by a lower one.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from services.gateway.feed.domain import OWNED, ownership_of, team_of
from services.gateway.feed.tables import feed, feed_owner
from shared.contracts.envelope import Envelope
from shared.persistence.bulk import insert_rows

_ONE_AT_A_TIME = 0x66656564  # "feed"
_Subject = tuple[str, UUID]


async def append(connection: AsyncConnection, envelopes: Sequence[Envelope]) -> None:
    """Write the events at the end of the feed. Whoever comes second waits for the first one's commit."""
    await connection.execute(select(func.pg_advisory_xact_lock(_ONE_AT_A_TIME)))
    subjects = {(e.topic, e.subject) for e in envelopes if e.topic in OWNED}
    owners = await _owners_before(connection, subjects)
    rows = [_row(envelope, owners) for envelope in envelopes]
    await connection.execute(insert_rows(feed, rows))
    await _remember(connection, {subject: owners[subject] for subject in subjects})


async def _owners_before(connection: AsyncConnection, subjects: set[_Subject]) -> dict[_Subject, UUID | None]:
    if not subjects:
        return {}
    rows = await connection.execute(
        select(feed_owner).where(tuple_(feed_owner.c.topic, feed_owner.c.subject).in_(sorted(subjects)))
    )
    return {(row.topic, row.subject): row.owner_id for row in rows}


def _row(envelope: Envelope, owners: dict[_Subject, UUID | None]) -> dict[str, Any]:
    topic = envelope.topic
    subject = (topic, envelope.subject)
    owned = ownership_of(topic, envelope.data)
    changed = subject in owners and owners[subject] != owned["owner_id"]
    previous = owners.get(subject) if changed else None
    if topic in OWNED:
        owners[subject] = owned["owner_id"]
    return {
        "topic": topic,
        "subject": envelope.subject,
        **owned,
        **team_of(topic, envelope.type, envelope.data),
        "owner_changed": changed,
        "previous_owner_id": previous,
        "envelope": envelope.model_dump(mode="json"),
    }


async def _remember(connection: AsyncConnection, owners: dict[_Subject, UUID | None]) -> None:
    if not owners:
        return
    rows = [
        {"topic": topic, "subject": subject, "owner_id": owner}
        for (topic, subject), owner in sorted(owners.items(), key=lambda item: item[0])
    ]
    new = insert_rows(feed_owner, rows)
    await connection.execute(
        new.on_conflict_do_update(
            index_elements=["topic", "subject"], set_={"owner_id": new.excluded.owner_id}
        )
    )
