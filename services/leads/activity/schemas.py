"""Bodies and answers of activities."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from services.leads.activity.domain import message_ids
from services.leads.record.schemas import Line80, Line500, Origin, Prose, Strict, raw
from shared.contracts.events.leads_activity import ActivityType
from shared.contracts.instants import Instant
from shared.web.batch import MOST_ITEMS, BatchItems

Direction = Literal["inbound", "outbound"]

_Subject = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


def _one_message(text: str | None) -> str | None:
    if text is None:
        return None
    found = message_ids(text)
    if len(found) != 1:
        raise PydanticCustomError("wrong_format", "This is no id of a mail: `<left@right>`.")
    return found[0]


class ActivityFields(Strict):
    """What is known of an activity. `outcome`: what came of it, in the seller's words; `message_id`: a
    mail's, so that an answer to it finds its lead or contact."""

    subject: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)] | None = (
        None
    )
    notes: Prose = None
    direction: Direction | None = None
    outcome: Line80 = None
    message_id: Annotated[Line500, AfterValidator(_one_message)] = None
    started_at: Instant | None = None
    ended_at: Instant | None = None
    due_at: Instant | None = None
    done_at: Instant | None = None
    lead_id: UUID | None = None
    account_id: UUID | None = None
    contact_id: UUID | None = None
    deal_id: UUID | None = None
    owner_id: UUID | None = None


class ActivityCreate(ActivityFields, Origin):
    """A new activity, done or planned, or one loaded from another system."""

    type: ActivityType
    created_at: Instant | None = None


class ActivityPatch(ActivityFields):
    """A merge patch: what is named changes, null empties. Done is `{"done_at": ...}`."""

    type: ActivityType = Field(default="task", validate_default=False)


class ActivityBatch(BatchItems):
    """1 to 1,000 activities; each is judged by itself."""

    items: Annotated[list[raw(ActivityCreate)], Field(min_length=1, max_length=MOST_ITEMS)]  # type: ignore[valid-type]


class ActivityOut(BaseModel):
    """An activity."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    type: ActivityType
    subject: str | None
    notes: str | None
    direction: Direction | None
    outcome: str | None
    message_id: str | None
    started_at: datetime | None
    ended_at: datetime | None
    due_at: datetime | None
    done_at: datetime | None
    lead_id: UUID | None
    account_id: UUID | None
    contact_id: UUID | None
    deal_id: UUID | None
    owner_id: UUID | None
    source_system: str | None
    external_id: str | None
    created_at: datetime
    updated_at: datetime
    archived_at: datetime | None


LINKS = ("lead_id", "account_id", "contact_id", "deal_id")
