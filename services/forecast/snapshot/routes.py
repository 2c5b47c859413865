"""`/v1/forecast/snapshots`."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request, Response

from services.forecast.outlook.domain import FIGURES, Filter, Outlook, Rollup
from services.forecast.outlook.schemas import DealCountsOut
from services.forecast.snapshot import repository
from services.forecast.snapshot.definitions import JUDGEMENT, meanings
from services.forecast.snapshot.domain import Snapshot
from services.forecast.snapshot.queries import LISTING, GroupBy, GroupKey
from services.forecast.snapshot.schemas import (
    FrozenGroupOut,
    SnapshotFiguresOut,
    SnapshotIn,
    SnapshotJudgementOut,
    SnapshotOut,
    adjustment_stood,
    submission_stood,
)
from services.forecast.snapshot.use_cases.read_figures import read_figures
from services.forecast.snapshot.use_cases.read_judgement import read_judgement
from services.forecast.snapshot.use_cases.take_snapshot import take_snapshot
from services.forecast.tables import SOURCE
from shared.observability.causes import event_context
from shared.reporting.figures import MOST_GROUPS, defined, money, period_shown
from shared.reporting.parameters import PresentPeriod
from shared.web.clock import Now
from shared.web.concurrency import set_etag
from shared.web.identity import Caller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, Transaction

router = ServiceRouter(prefix="/v1/forecast/snapshots", tags=["forecast"])
_READ = permission("snapshots:read")


@router.get(
    "", response_model=Page[SnapshotOut], openapi_extra={**_READ, **LISTING.openapi}, summary="Snapshots"
)
async def list_snapshots(request: Request, connection: Reading) -> Response:
    """The newest first. `kind=period_start` are those of midnights with which a week, month, quarter or year
    begins; `periods=2027-Q1` is that of its start. They are kept for ever, those of other days as long as
    `GET /v1/forecast/snapshot-rules` says."""
    return await LISTING.answer(connection, request)


@router.post(
    "",
    status_code=201,
    response_model=SnapshotOut,
    openapi_extra=permission("snapshots:write"),
    summary="Keep how the forecast stands now",
)
async def post_snapshot(
    body: SnapshotIn, response: Response, caller: Caller, connection: Transaction, now: Now
) -> SnapshotOut:
    """201 with Location. The figures are frozen; the deals behind them stay in the ledger, which answers as
    of this instant and as far as was known then: `GET /v1/forecast/waterfall?since=<id>`. Name and note
    are shown to all who read snapshots. Problems: 422 `validation_failed`; 503 `organisation_unknown`.
    """
    new = await take_snapshot(
        connection, body.name, body.note, by=caller, now=now, context=event_context(SOURCE)
    )
    set_etag(response, 1)
    response.headers["Location"] = f"/v1/forecast/snapshots/{new.id}"
    return _shown(new)


@router.get("/{snapshot_id}", response_model=SnapshotOut, openapi_extra=_READ, summary="One snapshot")
async def get_snapshot(snapshot_id: UUID, response: Response, connection: Reading) -> SnapshotOut:
    """404 `snapshot_not_found`."""
    found = await repository.get(connection, snapshot_id)
    set_etag(response, 1)
    return _shown(found)


@router.get(
    "/{snapshot_id}/figures",
    response_model=SnapshotFiguresOut,
    response_model_exclude_unset=True,
    openapi_extra=_READ,
    summary="What a snapshot has frozen",
)
async def get_snapshot_figures(
    *,
    snapshot_id: UUID,
    connection: Reading,
    caller: Caller,
    asked: PresentPeriod,
    team_id: Annotated[UUID | None, Query(description="This team of then and every team below it.")] = None,
    owner_id: Annotated[UUID | None, Query(description="Deals of this member then.")] = None,
    product_id: Annotated[UUID | None, Query(description="Deals of this product then.")] = None,
    group_by: Annotated[
        GroupBy | None,
        Query(description="`team`: the owner's team then; with `team_id` those right below it, as then."),
    ] = None,
    rollup: Annotated[Rollup, Query(description="As for `GET /v1/forecast`.")] = "cumulative",
) -> SnapshotFiguresOut:
    """As they were: a team that moved, another calendar or rate, a rebuilt ledger change nothing here.

    `period` is one or more months, by the calendar of then; by default the quarter of `taken_at`. Frozen are
    open deals of every month, and what was won in the month of then and the twelve before: periods that
    begin earlier are refused. Reps see their own, managers those of their teams as the teams were then.
    Problems: 400 `period_invalid`; 404 `snapshot_not_found`.
    """
    chosen = Filter(team_id, owner_id, product_id)
    found = await read_figures(
        connection, snapshot_id, asked, chosen, by=caller, group_by=group_by, rollup=rollup
    )
    period = found.period
    when = f"{period.name}: {period.starts_on} to {period.ends_on}, by the calendar of then."
    return SnapshotFiguresOut(
        snapshot_id=found.of.id,
        taken_at=found.of.taken_at,
        period=period_shown(period),
        currency=found.of.currency,
        group_by=group_by,
        groups=[
            _group(key, outlook, group_by, found.of.currency) for key, outlook in found.groups[:MOST_GROUPS]
        ],
        groups_left_out=max(0, len(found.groups) - MOST_GROUPS),
        definitions=defined(meanings(rollup), when),
        **_figures(found.whole, found.of.currency),
    )


@router.get(
    "/{snapshot_id}/judgement",
    response_model=SnapshotJudgementOut,
    openapi_extra=_READ,
    summary="What people had said when a snapshot was taken",
)
async def get_snapshot_judgement(
    *,
    snapshot_id: UUID,
    connection: Reading,
    caller: Caller,
    asked: PresentPeriod,
    team_id: Annotated[UUID | None, Query(description="Of this team alone.")] = None,
    owner_id: Annotated[UUID | None, Query(description="Of this member alone.")] = None,
    rollup: Annotated[Rollup, Query(description="Of which figures the adjustments are.")] = "cumulative",
) -> SnapshotJudgementOut:
    """The adjustments and submissions of a period as they stood at `taken_at`: what was changed, withdrawn,
    handed in or decided later changes nothing here. `period` by the calendar of then; by default the
    quarter of `taken_at`. Of the teams and members the caller may see now, as adjustments and submissions
    themselves; up to 500 of each. Problems: 400 `period_invalid`, `invalid_parameter`; 404
    `snapshot_not_found`.
    """
    found = await read_judgement(
        connection, snapshot_id, asked, team_id=team_id, owner_id=owner_id, by=caller, rollup=rollup
    )
    period, currency = found.period, found.of.currency
    return SnapshotJudgementOut(
        snapshot_id=found.of.id,
        taken_at=found.of.taken_at,
        period=period_shown(period),
        currency=currency,
        rollup=rollup,
        adjustments=[adjustment_stood(each, currency) for each in found.adjustments[:MOST_GROUPS]],
        adjustments_left_out=max(0, len(found.adjustments) - MOST_GROUPS),
        submissions=[submission_stood(each) for each in found.submissions[:MOST_GROUPS]],
        submissions_left_out=max(0, len(found.submissions) - MOST_GROUPS),
        definitions=defined(JUDGEMENT, f"{period.name}: {period.starts_on} to {period.ends_on}, as then."),
    )


def _shown(found: Snapshot) -> SnapshotOut:
    calendar = found.calendar
    of_calendar = ("time_zone", "fiscal_year_start_month")
    values = {name: getattr(found, name) for name in SnapshotOut.model_fields if name not in of_calendar}
    return SnapshotOut(
        **{**values, "periods": list(found.periods)},
        time_zone=calendar.time_zone,
        fiscal_year_start_month=calendar.fiscal_year_start_month,
    )


def _group(key: GroupKey, outlook: Outlook, group_by: GroupBy | None, currency: str) -> FrozenGroupOut:
    named = group_by if isinstance(key, date) or group_by == "category" else f"{group_by}_id"
    return FrozenGroupOut.model_validate({named: key, **_figures(outlook, currency)})


def _figures(outlook: Outlook, currency: str) -> dict[str, Any]:
    return {
        **{figure: money(outlook.amounts[figure], currency) for figure in FIGURES},
        "weighted": money(outlook.weighted, currency),
        "deals": DealCountsOut.model_validate(outlook.deals),
        "unweighted_deals": outlook.unweighted_deals,
        "deals_without_amount": outlook.deals_without_amount,
        "undated_deals": outlook.undated_deals,
    }
