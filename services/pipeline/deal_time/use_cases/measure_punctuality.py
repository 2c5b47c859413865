"""How often stages are done by when they should be."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal_time import queries
from services.pipeline.deal_time.schemas import GroupBy, PunctualityFigures, PunctualityGroup, StageOnTime
from services.pipeline.tables import ORGANISATION
from shared.organisation.queries import load_organisation
from shared.reporting.asked import Asked, question_of
from shared.reporting.figures import MOST_GROUPS, Meanings, defined, period_shown, ratio

_MEANINGS: Meanings = {
    "due": (
        "Stays of deals in stages with `target_days` that fell due in the period and until now: so many "
        "working days after the stage was entered. Without those that ended before by the loss of the deal.",
        None,
    ),
    "met": ("Stages due in the period that were left, for another stage or by winning, by then.", None),
    "late": ("Stages due in the period that were left later.", None),
    "running": ("Stages due in the period in which the deal still is.", None),
    "on_time_rate": ("Met", "Due"),
}


async def measure_punctuality(
    connection: AsyncConnection,
    asked: Asked,
    group_by: GroupBy | None,
    where: Sequence[ColumnElement[bool]],
    *,
    now: datetime,
) -> StageOnTime:
    """Figures of these deals, with their definitions."""
    organisation = await load_organisation(connection, ORGANISATION)
    period = question_of(asked, organisation.calendar, now=now).period
    whole = (await queries.punctuality(connection, period, None, where, now=now)).get(None, {})
    groups = await queries.punctuality(connection, period, group_by, where, now=now) if group_by else {}
    when = f"{period.name}: from {period.starts_on} to {period.ends_on} in the organisation's time zone."
    shown = [PunctualityGroup(key=key, **dict(_figures(counts))) for key, counts in groups.items()]
    return StageOnTime(
        **dict(_figures(whole)),
        period=period_shown(period),
        group_by=group_by,
        groups=shown[:MOST_GROUPS],
        groups_left_out=max(0, len(shown) - MOST_GROUPS),
        definitions=defined(_MEANINGS, when),
    )


def _figures(counts: Mapping[str, int]) -> PunctualityFigures:
    due, met = counts.get("due", 0), counts.get("met", 0)
    return PunctualityFigures(
        due=due,
        met=met,
        late=counts.get("late", 0),
        running=counts.get("running", 0),
        on_time_rate=ratio(met, due),
    )
