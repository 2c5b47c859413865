"""What a snapshot has frozen of a period."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.outlook.domain import OPEN_BUCKETS, Filter, Outlook, Rollup, Sums, outlook_of
from services.forecast.snapshot import repository
from services.forecast.snapshot.domain import Snapshot, frozen_period
from services.forecast.snapshot.queries import GroupBy, GroupKey, frozen_sums
from shared.contracts.identity import Identity
from shared.contracts.periods import Period
from shared.reporting.asked import Asked, question_of

_KINDS_WITHOUT_UNDATED = ("category", "month")


@dataclass(frozen=True, slots=True)
class FrozenFigures:
    """`groups` come with the largest first, months in order."""

    of: Snapshot
    period: Period
    whole: Outlook
    groups: tuple[tuple[GroupKey, Outlook], ...]


async def read_figures(
    connection: AsyncConnection,
    snapshot_id: UUID,
    asked: Asked,
    chosen: Filter,
    *,
    by: Identity,
    group_by: GroupBy | None,
    rollup: Rollup,
) -> FrozenFigures:
    """By the calendar of then. Refuses with `snapshot_not_found` and `period_invalid`."""
    of = await repository.get(connection, snapshot_id)
    period = frozen_period(of, question_of(asked, of.calendar, now=of.taken_at).period)
    sums = await frozen_sums(connection, of, period, chosen, identity=by, group_by=group_by)
    whole = outlook_of(sum(sums.values(), Sums()), rollup=rollup)
    if group_by is None:
        return FrozenFigures(of, period, whole, ())
    nameless = group_by in _KINDS_WITHOUT_UNDATED
    kept = {key: found for key, found in sums.items() if not (nameless and key is None)}
    groups = sorted(kept, key=lambda key: _place(key, kept[key]))
    return FrozenFigures(
        of, period, whole, tuple((key, outlook_of(kept[key], rollup=rollup)) for key in groups)
    )


def _place(key: GroupKey, sums: Sums) -> tuple[object, ...]:
    if isinstance(key, date):
        return (False, key.toordinal(), "")
    return (key is None, -sums.over(("closed", *OPEN_BUCKETS)).amount, str(key))
