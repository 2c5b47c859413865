"""Bodies and answers about the category of leads, and its rules."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field

from services.leads.category.schemas import Key, Name, Position
from services.leads.lead.domain import Judge
from services.leads.record.schemas import Reason, Strict, raw
from shared.web.batch import MOST_ITEMS, BatchItems

Condition = Annotated[str, Field(max_length=20_000)]


class RuleCreate(Strict):
    """A new rule. `condition`: an expression over the lead, such as `lead.employees > 100`."""

    name: Name
    category: Key
    condition: Condition
    position: Position = 1000
    active: bool = True


class RulePatch(Strict):
    """A merge patch."""

    name: Name = ""
    category: Key = ""
    condition: Condition = ""
    position: Position = 0
    active: bool = True


class RuleOut(BaseModel):
    """A rule."""

    id: UUID
    version: int
    name: str
    category: str
    condition: str
    position: int
    active: bool
    created_at: datetime
    updated_at: datetime
    archived_at: datetime | None


class Categorise(Strict):
    """The category a member decides on, and why. `null`: the rules decide again."""

    category: Key | None
    reason: Reason


class CategoriseItem(Categorise):
    """The same for one lead of a batch."""

    lead_id: UUID


class CategoriseBatch(BatchItems):
    """1 to 1,000 decisions; each is judged by itself."""

    items: Annotated[list[raw(CategoriseItem)], Field(min_length=1, max_length=MOST_ITEMS)]  # type: ignore[valid-type]


class CategoryEntry(BaseModel):
    """One time the category changed: from what to what, by whom (member's id, partner's id or `system`)."""

    at: datetime
    before: str | None
    category: str | None
    set_by: Judge | None
    by: str | None
    rule_id: UUID | None
    reason: str | None


class CategoryHistory(BaseModel):
    """Every change of category, oldest first."""

    category: str | None
    category_by: Judge | None
    items: list[CategoryEntry]


def entries_of(steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The steps of a lead's history that changed its category."""
    return [_entry(step) for step in steps if "category" in step["details"].get("changes", {})]


def _entry(step: dict[str, Any]) -> dict[str, Any]:
    details = step["details"]
    before, after = details["changes"]["category"]
    _, judge = details["changes"].get("category_by", (None, details.get("set_by")))
    return {
        "at": step["at"],
        "before": before,
        "category": after,
        "set_by": details.get("set_by") or judge,
        "by": step["by"],
        "rule_id": details.get("rule_id"),
        "reason": details.get("reason"),
    }
