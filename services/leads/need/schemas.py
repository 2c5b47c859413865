"""Bodies and answers about needs."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from services.leads.account.schemas import AccountOut
from services.leads.category.schemas import Key, Name
from services.leads.lead.schemas import LeadOut
from services.leads.need.domain import Urgency
from services.leads.record.schemas import Line500, Strict

_Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
_Tags = Annotated[tuple[Key, ...], Field(max_length=50)]


class NeedCreate(Strict):
    """What the customer needs, in the customer's words, and in tags such as `faster_delivery`."""

    words: _Words
    tags: _Tags = ()
    urgency: Urgency | None = None
    current_solution: Line500 = None


class NeedPatch(Strict):
    """A merge patch."""

    words: _Words = ""
    tags: _Tags = ()
    urgency: Urgency | None = None
    current_solution: Line500 = None


class NeedOut(BaseModel):
    """A need of a lead or of an account."""

    id: UUID
    version: int
    lead_id: UUID | None
    account_id: UUID | None
    words: str
    tags: list[str]
    urgency: Urgency | None
    current_solution: str | None
    recorded_by: str
    created_at: datetime
    updated_at: datetime


class Needs(BaseModel):
    """The needs of a lead or an account, the newest first."""

    items: list[NeedOut]


class NeedTags(Strict):
    """The needs that a product answers."""

    tags: Annotated[tuple[Key, ...], Field(min_length=1, max_length=50)]


class Prospect(LeadOut):
    """An open lead with the tags of its needs that the product answers, and how many they are."""

    product_id: UUID
    matching: int
    matching_tags: list[str]


class AccountProspect(AccountOut):
    """An account with the tags of its needs that the product answers, and how many they are."""

    product_id: UUID
    matching: int
    matching_tags: list[str]


class TagCreate(Strict):
    """A new tag. `key` is what needs and products name; it stays."""

    key: Key
    name: Name
    description: Line500 = None
    active: bool = True


class TagPatch(Strict):
    """A merge patch."""

    name: Name = ""
    description: Line500 = None
    active: bool = True


class TagOut(BaseModel):
    """A tag of the catalogue."""

    id: UUID
    version: int
    key: str
    name: str
    description: str | None
    active: bool
    created_at: datetime
    updated_at: datetime
    archived_at: datetime | None


class NeedSettings(Strict):
    """`only_known_tags`: tags that are not in the catalogue are refused from now on."""

    only_known_tags: bool


class NeedSettingsOut(NeedSettings):
    """The same with its version."""

    version: int
