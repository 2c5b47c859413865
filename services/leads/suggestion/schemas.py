"""Bodies and answers of suggested leads."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.leads.category.schemas import Name
from services.leads.lead.schemas import LeadFields
from services.leads.record.schemas import (
    Country,
    Email,
    Identifier,
    Line200,
    Line500,
    Phone,
    Reason,
    Strict,
    raw,
)
from services.leads.suggestion.domain import Mention, RelevanceState, Status
from shared.contracts.instants import Instant
from shared.reporting.schemas import DefinitionOut, Ratio
from shared.web.batch import MOST_ITEMS, BatchItems

_Network = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=10_000)]


class SuggestionIn(Strict):
    """What a listener found. `external_id`: the post's id in the network; it makes it one however often it is
    sent. `mentioned`: whether it is about our company or about our industry."""

    network: _Network
    external_id: Identifier
    author: Name
    text: _Text
    mentioned: Mention
    posted_at: Instant
    url: Line500 = None
    company: Line200 = None
    email: Email = None
    country: Country = None
    phone: Phone = None


class SuggestionBatch(BatchItems):
    """1 to 1,000 suggestions; each is judged by itself."""

    items: Annotated[list[raw(SuggestionIn)], Field(min_length=1, max_length=MOST_ITEMS)]  # type: ignore[valid-type]


class Accept(LeadFields):
    """What is known of the person beside the suggestion, or better. `allow_duplicate`: it is none, whatever
    it looks like."""

    allow_duplicate: bool = False

    def values(self) -> dict[str, Any]:
        """The lead's fields that were named."""
        return {name: value for name, value in self.given().items() if name != "allow_duplicate"}


class Reject(Strict):
    """Why it is of no use."""

    reason: Reason


class SuggestionOut(BaseModel):
    """A suggested lead. `relevance`: how likely we accept it (0 to 1), null until it is judged or while
    `relevance_state` is `insufficient_history`."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    network: str
    external_id: str
    author: str
    text: str
    mentioned: Mention
    posted_at: datetime
    url: str | None
    company: str | None
    email: str | None
    phone: str | None
    country: str | None
    relevance: Ratio | None
    relevance_state: RelevanceState
    status: Status
    decided_at: datetime | None
    decided_by: str | None
    reject_reason: str | None
    lead_id: UUID | None
    created_at: datetime
    updated_at: datetime


class EvidenceOut(BaseModel):
    """A word, author, network or topic, with the decided suggestions that have it."""

    model_config = ConfigDict(from_attributes=True)

    feature: str
    accepted: int
    rejected: int
    log_odds: float


class Explanation(BaseModel):
    """`relevance` = 1 / (1 + exp(-(prior + sum of the log-odds))), within 0.01 and 0.99."""

    id: UUID
    relevance: Annotated[float, Field(ge=0, le=1)] | None
    state: Literal["insufficient_history", "ok"]
    note: str
    accepted: int
    rejected: int
    prior: float
    reasons: list[EvidenceOut]


class FilterOut(BaseModel):
    """What the filter has learned. `auc` and `brier` are of a filter of the earlier 70 % of the decisions on
    the later 30 %; null when there are too few."""

    state: Literal["insufficient_history", "ok"]
    note: str
    accepted: int
    rejected: int
    measured_on: int
    auc: float | None
    brier: float | None
    speaks_for: list[EvidenceOut]
    speaks_against: list[EvidenceOut]
    definitions: dict[str, DefinitionOut]


def relevance_out(relevance: Decimal | None) -> float | None:
    """As JSON has it."""
    return None if relevance is None else float(relevance)
