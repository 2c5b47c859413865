"""The funnel of a period, with the definition of every figure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal_report.queries import WHOLE, sample_of
from services.pipeline.deal_report.schemas import Cut
from services.pipeline.deal_report.use_cases.compare_periods import asked_about
from services.pipeline.funnel import queries
from services.pipeline.funnel.domain import Course, Route, StageCount, Tally, Totals, course, tally
from services.pipeline.funnel.queries import Duration, Durations, Study
from services.pipeline.funnel.schemas import Basis, FunnelGroup, FunnelOut, FunnelStageOut, FunnelTotals
from services.pipeline.pipeline.queries import pipelines_as_of, pipelines_by_id
from services.pipeline.tables import ORGANISATION
from shared.contracts.identity import Identity
from shared.contracts.money import CENT
from shared.contracts.periods import Period
from shared.organisation.queries import load_organisation
from shared.reporting.asked import Asked
from shared.reporting.figures import MOST_GROUPS, Meanings, defined, money, period_shown, ratio

_DAY = 86_400
_COUNTED: Mapping[Basis, str] = {
    "cohort": "Deals created in the period, followed to `as_of`",
    "period": "Deals that entered the stage in the period, followed to `as_of`",
}


def meanings(basis: Basis) -> Meanings:
    """What every figure is."""
    return {
        "entered": (
            f"{_COUNTED[basis]}: those that were in the stage or jumped over it. A deal jumps over the "
            "stages before the one it was opened in, those it moves past, and, when it is won, those after "
            "the one it was won in. Each counts once.",
            None,
        ),
        "jumped_over": ("Of the entered, those that jumped over the stage and never were in it.", None),
        "moved_on": ("Of the entered, those that stand or ended further on, or are won.", None),
        "lost": ("Of the entered, those that are lost and ended in this stage.", None),
        "still_there": ("Of the entered, those that are open in this stage.", None),
        "went_back": ("Of the entered, those that stand or ended in an earlier stage.", None),
        "entered_next": (
            "Deals that entered the next stage, counted in the same way; at the last stage, those won.",
            None,
        ),
        "conversion": ("Entered next", "Entered"),
        "moved_on_share": ("Moved on", "Entered"),
        "cumulative_conversion": ("Entered", "Entered the first stage of the pipeline"),
        "returned": ("How often these deals were moved back into the stage from a later one.", None),
        "reopened": ("How often these deals were reopened in the stage.", None),
        "stays": ("Stays of these deals in the stage that ended, each by itself.", None),
        "days_mean": ("Days from entering the stage to leaving it, mean of the stays.", None),
        "days_median": ("The same, median (percentile_cont 0.5).", None),
        "value": ("Amount of the entered, in base currency; deals without amount count nothing.", None),
        "lost_value": ("Amount of the lost.", None),
        "still_there_value": ("Amount of those still there.", None),
        "deals": (
            "Deals created in the period."
            if basis == "cohort"
            else "Deals that entered any stage in the period, or were won in it.",
            None,
        ),
        "won_share": ("Won deals", "Deals"),
        "without_amount": ("Deals without an amount in the present base currency.", None),
    }


async def draw_funnel(
    connection: AsyncConnection,
    caller: Identity,
    asked: Asked,
    cut: Cut,
    *,
    basis: Basis,
    now: datetime,
) -> FunnelOut:
    """Figures of the deals the caller may read. Two queries over the deals of the period, by index."""
    organisation = await load_organisation(connection, ORGANISATION)
    currency = organisation.base_currency
    period, as_of = asked_about(asked, organisation.calendar, now=now)
    study = Study(await sample_of(connection, caller, cut, currency, as_of=as_of), period, basis)
    routes = await queries.routes(connection, study)
    counted = {route.pipeline_id for route in routes}
    courses = await _courses(connection, cut.pipeline_id, counted, as_of)
    longest = max((len(route.path) for route in routes), default=0)
    lasted = await queries.durations(connection, study, [courses[each] for each in counted], longest)
    shown = _Shown(courses, currency)
    groups = _grouped(routes, courses) if cut.group_by else []
    return FunnelOut(
        period=period_shown(period),
        basis=basis,
        as_of=as_of or now,
        currency=currency,
        group_by=cut.group_by,
        **shown.figures(tally(routes, courses), lasted.get(WHOLE, {}), courses),
        groups=[
            FunnelGroup(
                key=key,
                **shown.figures(
                    found, lasted.get(key, {}), [each for each in courses if each in found.stages]
                ),
            )
            for key, found in groups[:MOST_GROUPS]
        ],
        groups_left_out=max(0, len(groups) - MOST_GROUPS),
        definitions=defined(meanings(basis), _when(period, basis)),
    )


def _when(period: Period, basis: Basis) -> str:
    what = "deals created" if basis == "cohort" else "stages entered"
    return (
        f"{period.name}: {what} from {period.starts_on} to {period.ends_on} in the organisation's time zone."
    )


async def _courses(
    connection: AsyncConnection, wanted: UUID | None, counted: set[UUID], as_of: datetime | None
) -> dict[UUID, Course]:
    """The pipelines that are used or have deals here, the default one first; one when it is asked for."""
    found = await (pipelines_as_of(connection, as_of) if as_of else pipelines_by_id(connection))
    pipelines = found.values()
    every = {stage.id: stage for each in pipelines for stage in (*each.stages, *each.removed)}
    return {
        each.id: course(each, every)
        for each in sorted(pipelines, key=lambda each: (not each.is_default, each.name, each.id))
        if each.id in counted or (each.active if wanted is None else each.id == wanted)
    }


def _grouped(routes: Iterable[Route], courses: Mapping[UUID, Course]) -> list[tuple[str | None, Tally]]:
    parts: dict[str | None, list[Route]] = {}
    for route in routes:
        parts.setdefault(route.key, []).append(route)
    tallies = [(key, tally(part, courses)) for key, part in parts.items()]
    counted = [(key, found) for key, found in tallies if found.totals.deals]
    return sorted(counted, key=lambda each: (each[0] is None, -each[1].totals.deals, str(each[0])))


class _Shown:
    """Counts as the answer shows them."""

    def __init__(self, courses: Mapping[UUID, Course], currency: str) -> None:
        self._courses = courses
        self._currency = currency

    def figures(self, found: Tally, lasted: Durations, pipelines: Iterable[UUID]) -> dict[str, Any]:
        """The totals, and the stages of these pipelines."""
        stages = [
            self._stage(course, rank, counts, lasted.get((course.pipeline_id, rank)))
            for course in map(self._courses.__getitem__, pipelines)
            for counts in [found.at(course)]
            for rank in range(len(counts))
        ]
        return {"totals": self._totals(found.totals), "stages": stages}

    def _totals(self, totals: Totals) -> FunnelTotals:
        return FunnelTotals(
            deals=totals.deals,
            open=totals.open,
            won=totals.won,
            lost=totals.lost,
            won_share=ratio(totals.won, totals.deals),
            without_amount=totals.without_amount,
            value=money(totals.value, self._currency),
            open_value=money(totals.open_value, self._currency),
            won_value=money(totals.won_value, self._currency),
            lost_value=money(totals.lost_value, self._currency),
        )

    def _stage(
        self, course: Course, rank: int, counts: Sequence[StageCount], lasted: Duration | None
    ) -> FunnelStageOut:
        count = counts[rank]
        stage_id, name = course.stages[rank]
        return FunnelStageOut(
            pipeline_id=course.pipeline_id,
            pipeline=course.name,
            stage_id=stage_id,
            stage=name,
            position=rank + 1,
            entered=count.entered,
            jumped_over=count.jumped_over,
            moved_on=count.moved_on,
            lost=count.lost,
            still_there=count.still_there,
            went_back=count.went_back,
            entered_next=count.entered_next,
            conversion=ratio(count.entered_next, count.entered),
            moved_on_share=ratio(count.moved_on, count.entered),
            cumulative_conversion=ratio(count.entered, counts[0].entered),
            returned=count.returned,
            reopened=count.reopened,
            stays=0 if lasted is None else lasted.stays,
            days_mean=None if lasted is None else _days(lasted.mean),
            days_median=None if lasted is None else _days(lasted.median),
            value=money(count.value, self._currency),
            lost_value=money(count.lost_value, self._currency),
            still_there_value=money(count.still_there_value, self._currency),
        )


def _days(seconds: float) -> Decimal:
    return Decimal(str(seconds / _DAY)).quantize(CENT)
