"""A competitor is entered, described otherwise, found to be another one's spelling."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.competitor.domain import Competitor
from services.pipeline.competitor.repository import COMPETITORS, hand_over, hold_two, set_spellings
from services.pipeline.merging import merged
from services.pipeline.records import advanced
from shared.contracts.errors import DomainError, FieldError
from shared.contracts.ids import new_id
from shared.web.merge import require_version

_SPELLINGS = frozenset({"name", "aliases"})


async def enter_competitor(
    connection: AsyncConnection, values: Mapping[str, Any], *, now: datetime
) -> Competitor:
    """The new competitor. Refuses with `spelling_taken` a spelling of another one."""
    entered = Competitor(id=new_id(), created_at=now, updated_at=now, **values)
    await COMPETITORS.add(connection, entered)
    await set_spellings(connection, entered.id, entered.spellings)
    return entered


async def edit_competitor(
    connection: AsyncConnection,
    competitor_id: UUID,
    fields: Mapping[str, Any],
    *,
    seen_version: int | None,
    now: datetime,
) -> Competitor:
    """The competitor with these values. Refuses with `competitor_not_found`, `record_merged`,
    `version_conflict`, `spelling_taken`."""
    before = await COMPETITORS.one(connection, competitor_id)
    before.must_stand()
    changes = await merged(connection, before, fields, seen_version=seen_version)
    if not changes:
        return before
    after = advanced(before, changes, now)
    await COMPETITORS.save(connection, after)
    if changes.keys() & _SPELLINGS:
        await set_spellings(connection, competitor_id, after.spellings)
    return after


async def merge_competitors(
    connection: AsyncConnection,
    competitor_id: UUID,
    winner_id: UUID,
    *,
    seen_version: int | None,
    now: datetime,
) -> Competitor:
    """The winner, of which this one is a spelling from now on, on deals too. Refuses with
    `competitor_not_found`, `record_merged`, `version_conflict`, `validation_failed`."""
    if competitor_id == winner_id:
        detail = "A competitor is not merged into itself."
        raise DomainError("validation_failed", detail, [FieldError("/into", "itself", detail)])
    loser, winner = await hold_two(connection, competitor_id, winner_id)
    loser.must_stand()
    winner.must_stand()
    if seen_version is not None:
        require_version(loser.version, seen_version)
    gone = {"merged_into": winner_id, "active": False}
    await COMPETITORS.save(connection, advanced(loser, gone, now))
    await hand_over(connection, competitor_id, winner_id)
    after = advanced(winner, {"aliases": winner.with_spellings_of(loser)}, now)
    await COMPETITORS.save(connection, after)
    return after
