"""Answers about the history of settings."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel


class SettingStep(BaseModel):
    """One change. `version`: of the setting after it; `by`: the member, or `system`; `correlation_id`: of the
    request; `changes`: [before, after] of each field that was changed."""

    id: UUID
    version: int
    at: datetime
    what: str
    by: str | None
    correlation_id: str | None
    changes: dict[str, tuple[Any, Any]]
