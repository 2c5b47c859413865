"""`/v1/forecast/waterfall`: why the open pipeline of a period is another than it was."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query, Request, Response
from sqlalchemy import Row, RowMapping

from services.forecast.deal_ledger.queries import last_event_at
from services.forecast.waterfall.definitions import MEANINGS, RULE
from services.forecast.waterfall.domain import UNSEEN, GroupBy, Known, Opened, Situation, Waterfall
from services.forecast.waterfall.parameters import Selected
from services.forecast.waterfall.queries.opened import OPENAPI, listing
from services.forecast.waterfall.queries.pairs import DETAILS
from services.forecast.waterfall.schemas import (
    FallGroupOut,
    PartDealOut,
    SideOut,
    WaterfallOut,
    exact_money,
    fall_out,
    moment_out,
)
from services.forecast.waterfall.use_cases.compare_moments import (
    Wanted,
    compare_moments,
    comparison,
    group_names,
)
from shared.reporting.figures import MOST_GROUPS, defined, period_shown
from shared.reporting.parameters import PresentPeriod
from shared.web.clock import Now
from shared.web.identity import Caller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading

router = ServiceRouter(prefix="/v1/forecast/waterfall", tags=["forecast"])
_READ = permission("forecast:read")
_MOMENT = "a snapshot's id, a day (its end) or an instant"


async def _wanted(
    since: Annotated[
        str | None, Query(max_length=40, description=f"From {_MOMENT}; by default the period's start.")
    ] = None,
    until: Annotated[str | None, Query(max_length=40, description=f"To {_MOMENT}; by default now.")] = None,
    known: Annotated[
        Known,
        Query(
            description="`then`: what was told later, but had happened before `since`, is a change between. "
            "`now`: each moment as all that is known now says it was."
        ),
    ] = "then",
) -> Wanted:
    return Wanted(since, until, known)


_Wanted = Annotated[Wanted, Depends(_wanted)]


@router.get(
    "",
    response_model=WaterfallOut,
    response_model_exclude_unset=True,
    openapi_extra=_READ,
    summary="What became of the open pipeline of a period between two moments",
)
async def get_waterfall(
    *,
    connection: Reading,
    caller: Caller,
    now: Now,
    asked: PresentPeriod,
    wanted: _Wanted,
    selected: Selected,
    group_by: Annotated[
        GroupBy | None,
        Query(
            description="`team`: the owner's team at each moment, with `team_id` the teams right below it. A "
            "deal that went from one group to another, or whose owner did, is transferred between them."
        ),
    ] = None,
) -> WaterfallOut:
    """Open pipeline at `since`, then new, pulled in, pushed in, reopened, restored, transferred in,
    increased, decreased, won, lost, pushed out, pulled out, omitted, transferred out: what is left is
    the open pipeline at `until`, to the cent. Beside it what was won in the period, from then to
    then. In the organisation's currency, within the caller's scope.

    `rule` says in which order a deal counts that did several things. `GET /v1/forecast/waterfall/deals`
    opens each part. Problems: 400 `period_invalid`, `invalid_parameter`; 404 `snapshot_not_found`.
    """
    told = await last_event_at(connection)
    compare = await comparison(connection, asked, wanted, selected, by=caller, now=now)
    whole, groups = await compare_moments(connection, compare, group_by)
    names = {} if group_by is None else await group_names(connection, group_by, groups)
    period, currency = compare.compared.period, compare.compared.currency
    return WaterfallOut(
        period=period_shown(period),
        since=moment_out(compare.since),
        until=moment_out(compare.until),
        known=wanted.known,
        currency=currency,
        group_by=group_by,
        groups=_groups(groups, group_by, names, currency),
        groups_left_out=max(0, len(groups) - MOST_GROUPS),
        rule=RULE,
        last_event_at=told,
        definitions=defined(MEANINGS, f"{period.name}: {period.starts_on} to {period.ends_on}"),
        **fall_out(whole, currency),
    )


@router.get(
    "/deals",
    response_model=Page[PartDealOut],
    openapi_extra={**_READ, **OPENAPI},
    summary="The deals of a part of the waterfall",
)
async def list_waterfall_deals(
    *,
    request: Request,
    connection: Reading,
    caller: Caller,
    now: Now,
    asked: PresentPeriod,
    wanted: _Wanted,
    selected: Selected,
    part: Annotated[Opened, Query(description="Which part, or which of the balances.")],
) -> Response:
    """Each with its `share` of the part, which add up to it, and how it stood at both moments; the largest
    first. Name the same moments and filters as for the waterfall: without `until` the second is the present,
    which goes on. Problems: 400; 404 `snapshot_not_found`."""
    compare = await comparison(connection, asked, wanted, selected, by=caller, now=now)
    currency = compare.compared.currency

    def to_item(row: Row[Any]) -> PartDealOut:
        return _deal(row._mapping, currency)

    return await listing(compare.compared, part).answer(connection, request, to_item=to_item)


def _groups(
    groups: Mapping[UUID | None, Waterfall],
    group_by: GroupBy | None,
    names: Mapping[UUID, str],
    currency: str,
) -> list[FallGroupOut]:
    def named(key: UUID | None) -> dict[str, str | None]:
        return {} if group_by == "owner" else {"name": None if key is None else names.get(key)}

    return [
        FallGroupOut.model_validate({f"{group_by}_id": key, **named(key), **fall_out(each, currency)})
        for key, each in list(groups.items())[:MOST_GROUPS]
    ]


def _deal(row: RowMapping, currency: str) -> PartDealOut:
    before, after = (_side(row, side, currency) for side in ("before", "after"))
    was, is_ = (None if side is None else side.expected_close for side in (before, after))
    return PartDealOut(
        deal_id=row["deal_id"],
        name=row["name"],
        share=exact_money(row["share"], currency),
        came_from=row["before"],
        went_to=row["after"],
        before=before,
        after=after,
        days_moved=None if was is None or is_ is None else (is_ - was).days,
    )


def _side(row: RowMapping, side: str, currency: str) -> SideOut | None:
    if Situation(row[side]) in UNSEEN:
        return None
    amount = row[f"amount_{side}"]
    return SideOut(
        situation=row[side],
        amount=None if amount is None else exact_money(amount, currency),
        **{name: row[f"{name}_{side}"] for name in DETAILS},
    )
