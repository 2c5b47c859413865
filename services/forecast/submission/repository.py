"""Load and save submissions. Each state that is written is kept with what was done and by whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.node.domain import Node
from services.forecast.submission.domain import Submission, SubmissionError
from services.forecast.submission.rows import as_submission, row_of, state_of
from services.forecast.submission.tables import submission, submission_state
from services.forecast.tables import OUTBOX, SOURCE
from shared.contracts.envelope import Envelope, wrap
from shared.contracts.event import Event
from shared.contracts.periods import Period
from shared.observability.causes import event_context
from shared.persistence.bulk import insert_rows

_S = submission.c


@dataclass(frozen=True, slots=True)
class Change:
    """A state, the fact that made it, and who did it; nobody for what the clock does."""

    state: Submission
    fact: Event
    actor_id: UUID | None = None


async def get(connection: AsyncConnection, submission_id: UUID) -> Submission:
    """Locked for change. Refuses with `submission_not_found`."""
    found = await _one(connection, select(_S.state).where(_S.id == submission_id))
    if found is None:
        raise SubmissionError("submission_not_found", f"There is no submission {submission_id}.")
    return found


async def hold(connection: AsyncConnection, submission_ids: Sequence[UUID]) -> list[Submission]:
    """These, locked for change."""
    query = select(_S.state).where(_S.id.in_(submission_ids)).order_by(_S.id).with_for_update()
    return [as_submission(state) for state in await connection.scalars(query)]


async def find(
    connection: AsyncConnection, period: Period, node: Node, due_at: datetime | None
) -> Submission | None:
    """The one of the period, node and deadline, held for change; without a deadline the newest not locked."""
    query = select(_S.state).where(
        *_of(period),
        _S.team_id.is_not_distinct_from(node.team_id),
        _S.owner_id.is_not_distinct_from(node.owner_id),
        _S.due_at == due_at if due_at is not None else _S.due_at.is_(None) & (_S.status != "locked"),
    )
    return await _one(connection, query.order_by(_S.created_at.desc()).limit(1))


async def of_round(connection: AsyncConnection, period: Period, due_at: datetime) -> list[Submission]:
    """All of a deadline, locked for change."""
    query = select(_S.state).where(*_of(period), _S.due_at == due_at).order_by(_S.id).with_for_update()
    return [as_submission(state) for state in await connection.scalars(query)]


async def add(connection: AsyncConnection, changes: Sequence[Change]) -> set[UUID]:
    """Write new ones with their facts; answers which: another of the same round may have come first."""
    if not changes:
        return set()
    new = insert_rows(submission, [row_of(each.state) for each in changes])
    written = set(await connection.scalars(new.on_conflict_do_nothing().returning(_S.id)))
    await _keep(connection, [each for each in changes if each.state.id in written])
    return written


async def save(connection: AsyncConnection, changes: Sequence[Change]) -> None:
    """Write the next versions of those that are held, with their facts, by the same few statements for one
    and for many. Of one that changes twice the last is what it is."""
    last = {each.state.id: row_of(each.state) for each in changes}
    if last:
        new = insert_rows(submission, list(last.values()))
        others = {name: new.excluded[name] for name in _S.keys() if name != "id"}  # noqa: SIM118 - columns
        await connection.execute(new.on_conflict_do_update(index_elements=["id"], set_=others))
    await _keep(connection, changes)


async def _keep(connection: AsyncConnection, changes: Sequence[Change]) -> None:
    if not changes:
        return
    rows = [
        {
            "submission_id": each.state.id,
            "version": each.state.version,
            "at": each.state.updated_at,
            "what": each.fact.type.rsplit(".", 1)[1],
            "actor_id": each.actor_id,
            "state": state_of(each.state),
        }
        for each in changes
    ]
    await connection.execute(insert_rows(submission_state, rows))
    await OUTBOX.add(connection, [_envelope(each) for each in changes])


def _envelope(change: Change) -> Envelope:
    state = change.state
    return wrap(
        change.fact,
        subject=state.id,
        sequence=state.version,
        time=state.updated_at,
        context=event_context(SOURCE),
    )


async def _one(connection: AsyncConnection, query: Select[Any]) -> Submission | None:
    state = await connection.scalar(query.with_for_update())
    return None if state is None else as_submission(state)


def _of(period: Period) -> tuple[Any, ...]:
    return (_S.starts_on == period.starts_on, _S.ends_on == period.ends_on)
