"""How far a lead got in its plans."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.activity.use_cases.plan_activities import done_at
from services.leads.nurture import repository
from services.leads.nurture.domain import Step


async def progress_of(connection: AsyncConnection, lead_id: UUID) -> dict[str, Any]:
    """Every plan, the newest first, with each step: a created one is done when its activity is."""
    found = await repository.enrolments_of(connection, lead_id)
    made = {step.activity_id for _, steps in found for step in steps if step.activity_id is not None}
    done = await done_at(connection, made) if made else {}
    items = [
        {**asdict(enrolment), "steps": [_shown(step, done) for step in steps]} for enrolment, steps in found
    ]
    for item in items:
        del item["id"], item["lead_id"]
    return {"running": any(item["ended_at"] is None for item in items), "items": items}


def _shown(step: Step, done: Mapping[UUID, datetime | None]) -> dict[str, Any]:
    at = done.get(step.activity_id) if step.activity_id is not None else None
    return {
        "position": step.position,
        "type": step.type,
        "subject": step.subject,
        "script": step.script,
        "due_at": step.due_at,
        "state": step.state if at is None else "done",
        "activity_id": step.activity_id,
        "done_at": at,
        "settled_at": step.settled_at,
        "why": step.why,
    }
