"""Bodies and answers of merges."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.leads.matching.domain import Kind
from services.leads.record.schemas import Line500, Strict


class MergeBody(Strict):
    """Which records become one. `fields`: for a field the record whose value is kept, or `union` for tags,
    needs, attributes and notes. Fields that belong to each other are chosen together: `person` (first_name,
    last_name, name), of leads also `address` and `owner`."""

    kind: Kind
    winner_id: UUID
    loser_ids: Annotated[list[UUID], Field(min_length=1, max_length=9)]
    fields: Annotated[dict[str, UUID | Literal["union"]], Field(max_length=50)] = Field(default_factory=dict)
    note: Line500 = None

    @model_validator(mode="after")
    def _different(self) -> "MergeBody":
        if len({self.winner_id, *self.loser_ids}) <= len(self.loser_ids):
            raise ValueError("each record is named once")
        return self


class Undo(Strict):
    """Nothing is asked."""


class MergeOut(BaseModel):
    """One merge. `written`: for each field of the winner [before, after]; `moved`: how many records of each
    link name the winner since; `not_restored`: what undoing left as it is, and why."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    kind: Kind
    winner_id: UUID
    loser_ids: list[UUID]
    status: Literal["done", "undone"]
    automatic: bool
    note: str | None
    choices: dict[str, str]
    written: dict[str, list[Any]]
    moved: dict[str, int]
    merged_at: datetime
    merged_by: str | None
    undone_at: datetime | None
    undone_by: str | None
    not_restored: list[dict[str, Any]]


class Alternative(BaseModel):
    """What one of the records has."""

    record_id: UUID
    value: Any


class PreviewOut(BaseModel):
    """What a merge would make of the winner: `result` as its own endpoint shows it, `changed` its fields that
    change, `alternatives` where the records differ, `moved` how many records of each link would name it."""

    kind: Kind
    winner_id: UUID
    loser_ids: list[UUID]
    result: dict[str, Any]
    changed: list[str]
    alternatives: dict[str, list[Alternative]]
    moved: dict[str, int]
