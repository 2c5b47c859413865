"""Forms and submissions to and from their tables."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, Uuid, and_, any_, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.record.record_table import RecordTable
from services.leads.web_form.domain import WebForm
from services.leads.web_form.tables import form_submission as submission
from services.leads.web_form.tables import web_form

FORMS = RecordTable(web_form, WebForm, {})


async def find_by_key(connection: AsyncConnection, key: str, now: datetime) -> WebForm | None:
    """The active form under this key, also under its previous one while that is good."""
    old = and_(web_form.c.previous_key == key, web_form.c.previous_key_until > now)
    found = await FORMS.find_where(connection, or_(web_form.c.key == key, old))
    return next((form for form in found if form.answers_to(key, now)), None)


async def add_submission(connection: AsyncConnection, row: Mapping[str, Any]) -> bool:
    """Write it, unless the same page was sent with the same answers before."""
    new = insert(submission).values(**row).on_conflict_do_nothing(index_elements=["sent_once"])
    return (await connection.execute(new.returning(submission.c.id))).first() is not None


async def settle(connection: AsyncConnection, submission_id: UUID, **values: Any) -> None:
    """What became of it."""
    await connection.execute(update(submission).where(submission.c.id == submission_id).values(**values))


async def find_submission(
    connection: AsyncConnection, submission_id: UUID, *, lock: bool = False
) -> RowMapping | None:
    """The submission. `lock`: nobody else decides about it until the transaction ends."""
    query = select(submission).where(submission.c.id == submission_id)
    rows = await connection.execute(query.with_for_update() if lock else query)
    return rows.mappings().first()


async def find_sent_once(connection: AsyncConnection, sent_once: str) -> RowMapping:
    """The submission that was sent by the same page with the same answers."""
    rows = await connection.execute(select(submission).where(submission.c.sent_once == sent_once))
    return rows.mappings().one()


async def received_since(connection: AsyncConnection, form_id: UUID, since: datetime, most: int) -> int:
    """How many submissions came by a form since then; counts no further than `most`."""
    some = (
        select(submission.c.id)
        .where(submission.c.form_id == form_id, submission.c.received_at >= since)
        .limit(most)
        .subquery()
    )
    return int(await connection.scalar(select(func.count()).select_from(some)) or 0)


async def expire(connection: AsyncConnection, ids: Collection[UUID]) -> list[dict[str, Any]]:
    """Nobody confirmed these: what was said in them is forgotten. Those it holds for."""
    wanted = literal(sorted(ids), ARRAY(Uuid))
    known = submission.c
    rows = await connection.execute(
        update(submission)
        .where(submission.c.id == any_(wanted), submission.c.status == "pending")
        .values(status="expired", payload=None, beside=None, email=None)
        .returning(known.id, known.form_id, known.received_at, known.expires_at)
    )
    return [dict(row) for row in rows.mappings()]
