"""Everything is looked at again, some hundred records at a time, between other work."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.duplicate import repository
from services.leads.duplicate.domain import FILL, SCAN, DuplicateError
from services.leads.duplicate.records import next_likenesses
from services.leads.duplicate.use_cases.find_duplicates import compare
from services.leads.matching.domain import KINDS
from services.leads.matching.use_cases.find_matches import count_likenesses, likenesses_after
from services.leads.matching.use_cases.keep_keys import keep_keys
from shared.agenda.domain import Due
from shared.agenda.planning import plan_work
from shared.contracts.ids import new_id

AT_ONCE = 200
FILLED_AT_ONCE = 1000
_FIRST = UUID(int=0)


async def start_scan(connection: AsyncConnection, by: str | None, *, now: datetime) -> RowMapping:
    """The scan that begins, or the one that is running. Needs a transaction."""
    scan = await repository.start_scan(
        connection,
        {
            "id": new_id(),
            "status": "running",
            "records": await count_likenesses(connection),
            "looked_at": 0,
            "found": 0,
            "last_id": _FIRST,
            "started_at": now,
            "started_by": by,
        },
    )
    if scan["looked_at"] == 0:
        await plan_work(connection, [Due(SCAN, scan["id"], now)])
    return scan


async def load_scan(connection: AsyncConnection, scan_id: UUID) -> RowMapping:
    """How far it is. Refuses with `scan_not_found`."""
    scan = await repository.find_scan(connection, scan_id)
    if scan is None:
        raise DuplicateError("scan_not_found", "There is no such scan.")
    return scan


async def scan_on(connection: AsyncConnection, entries: Sequence[Due], now: datetime) -> None:
    """Handler of the agenda: the next records of each scan, and itself again while there are more."""
    for entry in entries:
        scan = await repository.find_scan(connection, entry.subject_id, lock=True)
        if scan is None or scan["status"] == "done":
            continue
        asked = await likenesses_after(connection, scan["last_id"], most=AT_ONCE)
        found = await compare(connection, {each.record_id: each for each in asked}, now) if asked else []
        over = len(asked) < AT_ONCE
        moved = {
            "looked_at": scan["looked_at"] + len(asked),
            "found": scan["found"] + len(found),
            "last_id": asked[-1].record_id if asked else scan["last_id"],
        }
        ended = {"status": "done", "ended_at": now} if over else {}
        await repository.advance_scan(connection, scan["id"], {**moved, **ended})
        if not over:
            await plan_work(connection, [Due(SCAN, scan["id"], now)])


async def fill_keys(connection: AsyncConnection, entries: Sequence[Due], now: datetime) -> None:
    """Handler of the agenda: records made before there were keys get theirs, a thousand at a time."""
    for entry in entries:
        kind = entry.payload.get("kind", KINDS[0])
        after = UUID(entry.payload.get("after", str(_FIRST)))
        keys = await next_likenesses(connection, kind, after, most=FILLED_AT_ONCE)
        await keep_keys(connection, keys)
        if len(keys) == FILLED_AT_ONCE:
            following = {"kind": kind, "after": str(keys[-1].record_id)}
        elif kind != KINDS[-1]:
            following = {"kind": KINDS[KINDS.index(kind) + 1]}
        else:
            return
        await plan_work(connection, [Due(FILL, entry.subject_id, now, following)])
