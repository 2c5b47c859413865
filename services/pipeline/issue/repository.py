"""Issues loaded and saved, each with its fact. Every write holds the row."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.issue.domain import ALIVE, Issue
from services.pipeline.issue.rows import as_issue, row_of, visible_to
from services.pipeline.issue.tables import issue
from services.pipeline.tables import OUTBOX
from shared.contracts.envelope import Envelope
from shared.contracts.errors import DomainError
from shared.contracts.identity import Identity
from shared.persistence.bulk import insert_rows

_I = issue.c


async def get(connection: AsyncConnection, issue_id: UUID, caller: Identity, *, lock: bool = False) -> Issue:
    """One the caller may see, locked if asked. Refuses with `issue_not_found`."""
    query = select(issue).where(_I.id == issue_id, visible_to(caller))
    row = (await connection.execute(query.with_for_update() if lock else query)).mappings().one_or_none()
    if row is None:
        raise DomainError("issue_not_found", "There is no such issue.")
    return as_issue(row)


async def hold(connection: AsyncConnection, issue_ids: Sequence[UUID]) -> list[Issue]:
    """These, whoever asks, unchanged by others until the transaction ends."""
    query = select(issue).where(_I.id.in_(issue_ids)).order_by(_I.id).with_for_update()
    return [as_issue(row) for row in (await connection.execute(query)).mappings()]


async def of_alert(connection: AsyncConnection, alert_id: UUID) -> Issue | None:
    """The one that was opened for the alert, unchanged by others until the transaction ends."""
    query = select(issue).where(_I.alert_id == alert_id).with_for_update()
    row = (await connection.execute(query)).mappings().one_or_none()
    return None if row is None else as_issue(row)


async def add(connection: AsyncConnection, new: Issue, envelope: Envelope) -> Issue:
    """The new one with its fact, or the one that is alive about the same."""
    insertion = insert_rows(issue, [row_of(new)]).on_conflict_do_nothing().returning(_I.id).cte("written")
    statement = select(insertion.c.id).add_cte(OUTBOX.announce([envelope], among=insertion))
    if await connection.scalar(statement) is not None:
        return new
    OUTBOX.withdraw([envelope])
    query = select(issue).where(_I.key == new.key, _I.status.in_(ALIVE))
    row = (await connection.execute(query)).mappings().one_or_none()
    if row is None:
        raise DomainError("state_conflict", "The issue about this ended just now; open it again.")
    return as_issue(row)


async def save(connection: AsyncConnection, after: Issue, envelope: Envelope) -> None:
    """Write the next version of a held one, and its fact. A second one alive about the same is refused."""
    await connection.execute(update(issue).where(_I.id == after.id).values(row_of(after)))
    await OUTBOX.add(connection, [envelope])
