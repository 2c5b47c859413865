"""Leads that have ended, as they were known before anybody worked on them: what scoring learns from."""

from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.lead import score_queries as queries
from services.leads.score_model.question import INPUTS
from shared.contracts.events.leads_lead import LeadStatus

_CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Ended:
    """`known`: the fields scoring may ask about, as JSON. `elsewhere`: it converted in another system."""

    lead_id: UUID
    status: LeadStatus
    elsewhere: bool
    known: Mapping[str, Any]


async def count_ended(connection: AsyncConnection) -> tuple[int, datetime | None]:
    """How many there are, and when the last of them was written."""
    return await queries.count_ended(connection)


async def read_ended(connection: AsyncConnection, *, most: int) -> AsyncIterator[list[Ended]]:
    """The newest `most` in chunks, the earliest first: two queries for each thousand.

    Merged leads, duplicates and archived ones are left out. What was changed after the first step beyond
    `new` is undone: a rep may have put it down after speaking with the person.
    """
    after = await queries.nth_newest_ended(connection, most)
    while rows := await queries.ended_after(connection, after, _CHUNK):
        earlier = _known_before(await queries.changes_of(connection, [row["id"] for row in rows]))
        yield [_ended(row, earlier.get(row["id"], {})) for row in rows]
        after = rows[-1]["created_at"], rows[-1]["id"]


def _ended(row: RowMapping, earlier: Mapping[str, Any]) -> Ended:
    known = {name: row[name] for name in INPUTS if name != "expected_value"}
    known |= {"expected_value": row["expected_amount"], "created_at": row["created_at"].isoformat()}
    known |= {name: _plain(value) for name, value in earlier.items() if name in INPUTS}
    elsewhere = row["status"] == "converted" and row["account_id"] is None
    return Ended(row["id"], row["status"], elsewhere, known)


def _plain(value: Any) -> Any:
    """An amount of the history without its currency, everything else as it is."""
    return value["amount"] if isinstance(value, dict) and value.keys() == {"amount", "currency"} else value


def _known_before(changes: Sequence[tuple[UUID, dict[str, Any]]]) -> dict[UUID, dict[str, Any]]:
    """For each lead, the fields that were changed once it was worked on, as they had been."""
    worked_on: set[UUID] = set()
    earlier: dict[UUID, dict[str, Any]] = defaultdict(dict)
    for lead_id, changed in changes:
        if "status" in changed:
            worked_on.add(lead_id)
        if lead_id in worked_on:
            for name, (before, _) in changed.items():
                earlier[lead_id].setdefault(name, before)
    return earlier
