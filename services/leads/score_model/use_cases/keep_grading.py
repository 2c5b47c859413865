"""The cut-offs of grades are a setting."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.record.domain import Change, edited
from services.leads.record.use_cases.keep_settings import Settings
from services.leads.score_model.grading import THE_GRADING, GradeBy, Grading
from services.leads.score_model.repository import GRADINGS

SETTINGS = Settings(GRADINGS, "scoring_settings")


async def load_grading(connection: AsyncConnection) -> Grading:
    """As it stands."""
    return await SETTINGS.find(connection, THE_GRADING)


async def set_grading(
    connection: AsyncConnection,
    grade_by: GradeBy,
    grades: Mapping[str, float],
    *,
    seen_version: int | None,
    now: datetime,
) -> Grading:
    """The new cut-offs. Refuses them in another order than the grades."""
    values = {"grade_by": grade_by, "grades": dict(grades)}

    def decide(grading: Grading) -> Change[Grading] | None:
        change = edited(grading, values, now=now)
        if change is not None:
            change.after.check()
        return change

    return await SETTINGS.change(connection, THE_GRADING, decide, seen_version=seen_version)
