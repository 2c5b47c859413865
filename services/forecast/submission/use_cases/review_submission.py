"""Accept a submission, return it, or unlock it."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.node.queries import load_tree
from services.forecast.submission import repository
from services.forecast.submission.domain import LOCK, Submission, SubmissionError
from services.forecast.submission.repository import Change
from shared.agenda.domain import Due
from shared.agenda.planning import plan_work
from shared.contracts.event import Event
from shared.contracts.identity import Identity

Decision = Callable[[Submission], tuple[Submission, Event]]


async def accept_submission(
    connection: AsyncConnection, submission_id: UUID, *, by: Identity, expected: int | None, now: datetime
) -> Submission:
    """By who answers for the node from above. Refuses with `submission_not_found`, `forbidden` (one's own),
    `version_conflict`, `state_conflict`, `submission_locked`."""
    return await _decided(
        connection, submission_id, lambda held: held.accepted(by=by.member_id, now=now), by, expected
    )


async def return_submission(
    connection: AsyncConnection,
    submission_id: UUID,
    reason: str,
    *,
    by: Identity,
    expected: int | None,
    now: datetime,
) -> Submission:
    """To be handed in anew. Refuses as accepting does."""
    return await _decided(
        connection, submission_id, lambda held: held.returned(reason, by=by.member_id, now=now), by, expected
    )


async def unlock_submission(
    connection: AsyncConnection,
    submission_id: UUID,
    reason: str,
    *,
    by: Identity,
    expected: int | None,
    now: datetime,
) -> Submission:
    """For a day, by who sees everything. Refuses with `submission_not_found`, `version_conflict`,
    `state_conflict`."""
    if by.scope != "all":
        raise SubmissionError("forbidden", "Only who sees everything unlocks.")
    held = _unchanged(await repository.get(connection, submission_id), expected)
    after, fact = held.unlocked(reason, by=by.member_id, now=now)
    await repository.save(connection, [Change(after, fact, by.member_id)])
    await plan_work(connection, [Due(LOCK, after.id, after.locks_at)])
    return after


async def _decided(
    connection: AsyncConnection, submission_id: UUID, decide: Decision, by: Identity, expected: int | None
) -> Submission:
    held = await repository.get(connection, submission_id)
    side = (await load_tree(connection)).side_of(held.node, by)
    if side is None:
        raise SubmissionError("submission_not_found", f"There is no submission {submission_id}.")
    if side == "owner":
        raise SubmissionError("forbidden", "Nobody decides about the own submission.")
    after, fact = decide(_unchanged(held, expected))
    await repository.save(connection, [Change(after, fact, by.member_id)])
    return after


def _unchanged(held: Submission, expected: int | None) -> Submission:
    if expected not in (None, held.version):
        raise SubmissionError("version_conflict", "The submission was changed meanwhile.")
    return held
