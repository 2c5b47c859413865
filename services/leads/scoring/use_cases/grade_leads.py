"""The organisation says which scores make which grade."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.lead.use_cases.review_leads import review_open_leads
from services.leads.score_model.grading import CUT_GRADES, Grading
from services.leads.score_model.use_cases.current_model import fresh_model
from services.leads.score_model.use_cases.keep_grading import load_grading, set_grading
from services.leads.scoring.schemas import GradingIn, GradingOut


async def show_grading(connection: AsyncConnection) -> GradingOut:
    """The cut-offs, and the least scores they come to with the model in service."""
    return await _shown(connection, await load_grading(connection))


async def grade_leads(
    connection: AsyncConnection, body: GradingIn, *, seen_version: int | None, now: datetime
) -> GradingOut:
    """The new cut-offs; open leads are graded anew in the background. Needs a transaction."""
    grades = body.grades.model_dump()
    grading = await set_grading(connection, body.grade_by, grades, seen_version=seen_version, now=now)
    await review_open_leads(connection, now=now)
    return await _shown(connection, grading)


async def _shown(connection: AsyncConnection, grading: Grading) -> GradingOut:
    model = (await fresh_model(connection)).model
    cuts = None if model is None else dict(zip(CUT_GRADES, model.cuts, strict=True))
    return GradingOut(
        version=grading.version,
        grade_by=grading.grade_by,
        grades={name: grading.grades[name] for name in CUT_GRADES},
        least_scores=None if cuts is None else {name: round(cut, 5) for name, cut in cuts.items()},
        updated_at=grading.updated_at,
    )
