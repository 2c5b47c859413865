"""Bodies and answers of consent."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.leads.consent.domain import Basis, Channel, Consent, ConsentState
from services.leads.record.schemas import Line200, Strict
from shared.contracts.ids import new_id
from shared.contracts.instants import Instant

_Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)]


class ConsentIn(Strict):
    """What was said about a channel. `at`: when, now unless given; `text_shown`: the words agreed to."""

    channel: Channel
    state: ConsentState
    basis: Basis = "consent"
    at: Instant | None = None
    source: Line200 = None
    text_shown: _Text | None = None

    def entry(self, by: str | None, now: datetime) -> Consent:
        """The same as an entry; what is said to have been said later than now was said now."""
        said = self.model_dump(exclude={"at"})
        return Consent(id=new_id(), **said, at=min(self.at or now, now), recorded_at=now, by=by)


Consents = Annotated[tuple[ConsentIn, ...], Field(max_length=20)]


class ConsentsChange(Strict):
    """What is to be recorded, a later item over an earlier one of the same channel."""

    items: Annotated[tuple[ConsentIn, ...], Field(min_length=1, max_length=20)]


class ConsentOut(BaseModel):
    """One entry. `by`: id of the member or partner who recorded it."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    channel: Channel
    state: ConsentState
    basis: Basis
    at: datetime
    recorded_at: datetime
    source: str | None
    text_shown: str | None
    by: str | None


class ConsentsOut(BaseModel):
    """What holds now for each channel that was ever spoken of, and every entry, oldest first."""

    items: list[ConsentOut]
    do_not_contact: list[str]
    history: list[ConsentOut]


def entries(said: Sequence[ConsentIn], by: str | None, now: datetime) -> list[Consent]:
    """All as entries, in order."""
    return [each.entry(by, now) for each in said]
