"""Bodies and answers of changes of many deals."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from services.pipeline.body import Reason, Strict, Text200, Text2000
from services.pipeline.bulk_edit.domain import MOST_DEALS, Change, Ending, Result
from services.pipeline.deal.schemas import DealPatch, StageRef, When
from services.pipeline.deal.tags import Tags


class BulkWin(Strict):
    """They are won, by default now."""

    reason: Reason | None = None
    closed_at: When | None = None


class BulkLose(Strict):
    """They are lost, by default now, all for the same reason."""

    reason: Reason
    note: Text2000 = None
    competitor: Text200 = None
    closed_at: When | None = None


class BulkEdit(Strict):
    """`ids`, or `filter`: the filters of GET /v1/deals by name, each with its operator (`"amount":
    "gte:1000"`, a list for several on one field, `q` too). What shall be done: `patch` (as PATCH of a deal,
    the owner too), `add_tags`, `remove_tags`, and at most one of `stage`, `win` and `lose`."""

    ids: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=MOST_DEALS)] | None = None
    filter: (
        Annotated[
            dict[str, str | Annotated[list[str], Field(max_length=10)]], Field(min_length=1, max_length=50)
        ]
        | None
    ) = None
    patch: DealPatch | None = None
    add_tags: Tags = ()
    remove_tags: Tags = ()
    stage: StageRef | None = None
    win: BulkWin | None = None
    lose: BulkLose | None = None
    override_reason: Reason | None = None
    dry_run: Annotated[bool, Field(description="Everything is judged, nothing is changed.")] = False

    @model_validator(mode="after")
    def _one_of_each(self) -> "BulkEdit":
        if (self.ids is None) == (self.filter is None):
            raise ValueError("give either ids or a filter")
        if sum(step is not None for step in (self.stage, self.win, self.lose)) > 1:
            raise ValueError("give at most one of stage, win and lose")
        if not (self.patch and self.patch.changes()) and not any(
            (self.add_tags, self.remove_tags, self.stage, self.win, self.lose)
        ):
            raise ValueError("say what shall be changed")
        if (self.add_tags or self.remove_tags) and self.patch and "tags" in self.patch.changes():
            raise ValueError("give either all tags in patch, or those to add and remove")
        return self

    def change(self) -> Change:
        """As the use case takes it."""
        ending = None
        if self.win is not None:
            ending = Ending("won", **self.win.given())
        if self.lose is not None:
            ending = Ending("lost", **self.lose.given())
        return Change(
            fields=self.patch.changes() if self.patch else {},
            add_tags=self.add_tags,
            remove_tags=self.remove_tags,
            stage=self.stage,
            ending=ending,
            override_reason=self.override_reason,
        )

    def pairs(self) -> list[tuple[str, str]]:
        """The filter as name and value pairs."""
        return [
            (name, text)
            for name, given in (self.filter or {}).items()
            for text in ([given] if isinstance(given, str) else given)
        ]


class BulkItem(BaseModel):
    """What became of one deal. `unchanged`: it was so already. `problem`: why it was rejected."""

    index: int
    id: UUID
    status: Result
    version: int | None
    problem: dict[str, Any] | None


class BulkAnswer(BaseModel):
    """One result for each deal: of `ids` in their order, of a filter in the order of ids."""

    dry_run: bool
    matched: int
    updated: int
    unchanged: int
    rejected: int
    items: list[BulkItem]
