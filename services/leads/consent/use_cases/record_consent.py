"""Consent is recorded, never changed: what was said last about a channel holds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.consent import repository
from services.leads.consent.domain import Consent, news
from services.leads.consent.repository import Subject
from services.leads.record.repository import Beside
from shared.contracts.ids import new_id


@dataclass(frozen=True, slots=True)
class Recorded:
    """Every entry of one lead or contact, oldest first."""

    history: tuple[Consent, ...]

    @property
    def holds(self) -> dict[str, Consent]:
        """By channel what holds now."""
        return {each.channel: each for each in self.history}

    @property
    def withdrawn(self) -> tuple[str, ...]:
        """The channels not to be used."""
        return tuple(sorted(name for name, each in self.holds.items() if each.state == "withdrawn"))


def hearsay_beside(said: Sequence[tuple[UUID, Consent]]) -> list[Beside]:
    """What somebody else says of leads, written by the statement that writes them."""
    return [repository.hearsay_beside(said)] if said else []


async def record_hearsay(connection: AsyncConnection, said: Sequence[tuple[UUID, Consent]]) -> None:
    """The same for leads that are there. It never lifts a withdrawal; what is known already is left out."""
    if said:
        await repository.add_hearsay(connection, said)


async def recorded(connection: AsyncConnection, subject: Subject, subject_id: UUID) -> Recorded:
    """What is recorded of a lead or contact."""
    return Recorded(tuple(await repository.of_one(connection, subject, subject_id)))


async def record_consent(
    connection: AsyncConnection, subject: Subject, subject_id: UUID, said: Iterable[Consent]
) -> Recorded:
    """What is recorded after this was said. An entry that says what holds already is left out."""
    before = await recorded(connection, subject, subject_id)
    new = news(before.holds, said)
    if new:
        await repository.add(connection, subject, subject_id, new)
    return Recorded((*before.history, *new))


async def carry_over(
    connection: AsyncConnection, lead_id: UUID, contact_id: UUID, *, now: datetime
) -> Recorded | None:
    """What the lead agreed to holds for the contact it becomes, unless the contact said something later.

    Answers what is recorded of the contact, None when the lead never said anything.
    """
    of_lead = await recorded(connection, "lead_id", lead_id)
    if not of_lead.history:
        return None
    known = (await recorded(connection, "contact_id", contact_id)).holds
    later = [
        replace(each, id=new_id(), recorded_at=now)
        for channel, each in of_lead.holds.items()
        if channel not in known or known[channel].at < each.at
    ]
    return await record_consent(connection, "contact_id", contact_id, later)
