"""What people had said about a period when a snapshot was taken."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.adjustment.domain import Standing
from services.forecast.adjustment.queries import standing
from services.forecast.node.domain import Node
from services.forecast.outlook.domain import Rollup
from services.forecast.snapshot import repository
from services.forecast.snapshot.domain import Snapshot, SnapshotError
from services.forecast.submission.domain import Submission
from services.forecast.submission.queries import stood
from shared.contracts.errors import FieldError
from shared.contracts.identity import Identity
from shared.contracts.periods import Period
from shared.reporting.asked import Asked, question_of


@dataclass(frozen=True, slots=True)
class Judgement:
    """The newest first."""

    of: Snapshot
    period: Period
    adjustments: Sequence[Standing]
    submissions: Sequence[Submission]


async def read_judgement(
    connection: AsyncConnection,
    snapshot_id: UUID,
    asked: Asked,
    *,
    team_id: UUID | None,
    owner_id: UUID | None,
    by: Identity,
    rollup: Rollup,
) -> Judgement:
    """Of one node, or of all the caller may see, from the states that are kept for ever. Refuses with
    `snapshot_not_found`, `period_invalid`, and with `invalid_parameter` two nodes at once."""
    if team_id is not None and owner_id is not None:
        detail = "Name `team_id` or `owner_id`, not both."
        both = [FieldError(f"/query/{name}", "only_one_allowed", detail) for name in ("team_id", "owner_id")]
        raise SnapshotError("invalid_parameter", detail, both)
    node = None if team_id is None and owner_id is None else Node(team_id, owner_id)
    of = await repository.get(connection, snapshot_id)
    period = question_of(asked, of.calendar, now=of.taken_at).period
    adjusted = await standing(connection, period, rollup, currency=of.currency, as_of=of.taken_at, seen_by=by)
    submitted = await stood(connection, period, of.taken_at, by=by)
    return Judgement(
        of,
        period,
        [each for each in _newest(adjusted) if node in (None, each.node)],
        [each for each in submitted if node in (None, each.node)],
    )


def _newest(adjusted: Sequence[Standing]) -> list[Standing]:
    return sorted(adjusted, key=lambda each: (each.at, each.id), reverse=True)
