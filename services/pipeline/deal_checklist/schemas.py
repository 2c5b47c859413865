"""Bodies and answers about the checklist of a deal."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.pipeline.body import Strict, Text2000
from services.pipeline.deal.domain.deal import Deal
from services.pipeline.deal_checklist.domain import Item, unfinished


class TickIn(Strict):
    """`result_came`: whether the expected result came; null while that is not known."""

    id: UUID
    done: bool
    result_came: bool | None = None
    note: Text2000 = None


class Ticks(Strict):
    """Items of the deal's stage; those not named stay as they are."""

    items: Annotated[tuple[TickIn, ...], Field(min_length=1, max_length=100)]


class ItemOut(BaseModel):
    """Something to do in the stage, and what has been done of it. `by`: a member's id."""

    id: UUID
    kind: Literal["checklist", "action"]
    label: str
    description: str | None
    required: bool
    expected_result: str | None
    done: bool
    result_came: bool | None
    note: str | None
    by: str | None
    at: datetime | None


class ChecklistOut(BaseModel):
    """The checklist and the actions of the stage the deal is in. `complete`: nothing required is left."""

    deal_id: UUID
    stage_id: UUID
    stage: str
    complete: bool
    items: list[ItemOut]


def checklist_out(deal: Deal, items: Sequence[Item]) -> dict[str, Any]:
    """For `json_body.dumps`."""
    return {
        "deal_id": deal.id,
        "stage_id": deal.stage.id,
        "stage": deal.stage.name,
        "complete": not unfinished(items),
        "items": [_item_out(each) for each in items],
    }


def _item_out(each: Item) -> dict[str, Any]:
    task, tick = each.task, each.tick
    return {
        "id": task.id,
        "kind": each.kind,
        "label": task.label,
        "description": task.description,
        "required": task.required,
        "expected_result": task.expected_result,
        "done": tick is not None and tick.done,
        "result_came": tick and tick.result_came,
        "note": tick and tick.note,
        "by": tick and tick.by,
        "at": tick and tick.at,
    }
