"""What is to be done in a stage, and what has been done of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from services.pipeline.pipeline.domain import Stage, Task
from shared.contracts.errors import DomainError, FieldError


@dataclass(frozen=True, slots=True)
class Tick:
    """A task of a deal: done or not, by whom and when; whether the expected result came, None: not known."""

    deal_id: UUID
    task_id: UUID
    stage_id: UUID
    done: bool
    result_came: bool | None
    note: str | None
    by: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Item:
    """A task of the stage with what has been done of it."""

    kind: Literal["checklist", "action"]
    task: Task
    tick: Tick | None


def items_of(stage: Stage, ticks: Mapping[UUID, Tick]) -> tuple[Item, ...]:
    """The checklist of the stage and its actions, in order."""
    return (
        *(Item("checklist", task, ticks.get(task.id)) for task in stage.checklist),
        *(Item("action", task, ticks.get(task.id)) for task in stage.actions),
    )


def unfinished(items: Sequence[Item]) -> tuple[str, ...]:
    """The labels of what is required and not done."""
    return tuple(
        item.task.label for item in items if item.task.required and not (item.tick and item.tick.done)
    )


def task_of(stage: Stage, task_id: UUID, index: int) -> Task:
    """The task of this stage. Refuses with `reference_unknown`."""
    for task in (*stage.checklist, *stage.actions):
        if task.id == task_id:
            return task
    detail = f"The stage {stage.name!r} has no such item."
    raise DomainError(
        "reference_unknown", detail, [FieldError(f"/items/{index}/id", "reference_unknown", detail)]
    )
