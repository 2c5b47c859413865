"""`GET /v1/forecast/gap`: won against forecast, and why they differ."""

from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Query, Request, Response

from services.forecast.gap.definitions import definitions_of, words_of
from services.forecast.gap.domain.parts import By, Method, Part, PartSum
from services.forecast.gap.queries import DECLARED, deal_of, listing_of
from services.forecast.gap.schemas import BehindOut, GapDayOut, GapDealOut, GapGroupOut, GapOut, GapPartOut
from services.forecast.gap.use_cases.measure_gap import GapReport, Group, Leak, ask, measure_gap
from services.forecast.gap.use_cases.open_group import open_group
from services.forecast.outlook.domain import Filter
from shared.reporting.figures import known_money, money, period_shown, ratio
from shared.reporting.parameters import AskedPeriod
from shared.web.clock import Now
from shared.web.identity import Caller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading

router = ServiceRouter(prefix="/v1/forecast/gap", tags=["forecast"])
_Method = Annotated[
    Method | None,
    Query(
        description="What actual is held against: `predicted`, the prediction kept from the period's start; "
        "`weighted`, the deals as they stood and were known when "
        "the period began; `target`, the target by working days. By default the first of these that is known."
    ),
]
_Team = Annotated[UUID | None, Query(description="This team and every team below it.")]
_Product = Annotated[UUID | None, Query(description="Deals of this product.")]
_Source = Annotated[str | None, Query(max_length=200, description="Deals of this source.")]
_Stage = Annotated[UUID | None, Query(description="Deals in this stage on the period's first day.")]


@router.get(
    "",
    response_model=GapOut,
    openapi_extra=permission("forecast:read"),
    summary="What should have been won by now, what was, and why they differ",
)
async def get_gap(
    *,
    connection: Reading,
    caller: Caller,
    now: Now,
    asked: AskedPeriod,
    method: _Method = None,
    team_id: _Team = None,
    owner_id: Annotated[UUID | None, Query(description="Deals of this member.")] = None,
    product_id: _Product = None,
    source: _Source = None,
    stage_id: _Stage = None,
    group_by: Annotated[By | None, Query(description="`stage` is that of the period's first day.")] = None,
) -> GapOut:
    """Each day of the period up to now: what should have been won by its end and what was won, in the
    organisation's currency; gap = forecast to date - actual to date, its share of the forecast null at 0.

    The gap is taken apart by what became of each deal that was to bring something by now: lost, pushed out,
    overdue, shrunk, left out of the forecast, against what was won beyond its chance, earlier or new. The
    parts add up to the gap to the cent. `behind` names the team, owner, stage, source or product in which
    most is missing beyond its share of the plan. Deals count, plan and all, for their present owner. With
    `team_id`, `owner_id`, `product_id`, `stage_id`, `source` only those deals, day by day as well; a stage
    or a source has no target. Within the caller's scope.

    `state`: `ok`; `insufficient_history`: no deal was known, or nothing was foretold, when the period
    began; `no_target`. Problems: 400
    `period_invalid`, `invalid_parameter`, `unknown_parameter`.
    """
    chosen = Filter(team_id, owner_id, product_id, stage_id=stage_id, source=source)
    wanted = await ask(connection, asked, chosen, by=caller, method=method, now=now)
    return _answer(await measure_gap(connection, wanted, group_by=group_by, now=now))


@router.get(
    "/deals",
    response_model=Page[GapDealOut],
    openapi_extra={**permission("forecast:read"), **DECLARED.openapi},
    summary="The deals behind the gap",
)
async def list_gap_deals(
    *,
    request: Request,
    connection: Reading,
    caller: Caller,
    now: Now,
    asked: AskedPeriod,
    method: _Method = None,
    team_id: _Team = None,
    group_by: Annotated[By | None, Query(description="With `group`: of this group of the gap alone.")] = None,
    group: Annotated[
        str | None,
        Query(max_length=200, description="The group's `key`; `none` for the deals that have none."),
    ] = None,
) -> Response:
    """Each deal that was to bring something by now, or did, what became of it (`fate`) and its share in the
    gap (`effect`), the largest first. All of them, with `new_business` of the gap, add up to the gap; by
    method `target` it is what was lost, pushed out or is overdue. `group_by=team&group=...` are the deals of
    a group of the same question. `shortfall`: by how much a win brought less than it was worth. Problems:
    400 `period_invalid`, `invalid_parameter`, `unknown_parameter`."""
    wanted = await ask(connection, asked, Filter(team_id), by=caller, method=method, now=now)
    wanted = await open_group(connection, wanted, group_by, group)
    return await listing_of(wanted).answer(
        connection, request, to_item=lambda row: deal_of(row, wanted.currency)
    )


def _answer(found: GapReport) -> GapOut:
    period, currency = found.span.period, found.asked.currency
    return GapOut(
        period=period_shown(period),
        as_of=found.as_of,
        through=found.span.through,
        currency=currency,
        method=found.asked.method,
        state=found.state,
        forecast_to_date=known_money(found.forecast, currency),
        actual_to_date=money(found.actual, currency),
        gap=known_money(found.gap, currency),
        gap_share=None if found.gap is None or not found.forecast else ratio(found.gap, found.forecast),
        foretold_at=found.asked.plan and found.asked.plan.as_of,
        new_business_periods=len(found.asked.earlier),
        parts=_parts(found.parts, currency),
        behind=None if found.leak is None else _behind(found.leak, found),
        group_by=found.group_by,
        groups=[_group(each, currency) for each in found.groups],
        groups_left_out=found.groups_left_out,
        not_by_group=known_money(found.not_by_group, currency),
        days=[
            GapDayOut(
                day=each.day,
                forecast=known_money(each.forecast, currency),
                actual=money(each.actual, currency),
                gap=known_money(each.gap, currency),
                gap_share=ratio(each.gap, each.forecast) if each.gap is not None and each.forecast else None,
                complete=each.complete,
            )
            for each in found.days
        ],
        last_event_at=found.last_event_at,
        definitions=definitions_of(found.asked.method, period),
    )


def _parts(parts: dict[Part, PartSum], currency: str) -> list[GapPartOut]:
    return [
        GapPartOut(part=part, amount=money(each.amount, currency), deals=each.deals)
        for part, each in parts.items()
    ]


def _group(group: Group, currency: str) -> GapGroupOut:
    return GapGroupOut(
        key=group.key,
        name=group.name,
        forecast=known_money(group.forecast, currency),
        actual=money(group.actual, currency),
        gap=money(group.gap, currency),
        parts=_parts(group.parts, currency),
    )


def _behind(leak: Leak, found: GapReport) -> BehindOut:
    behind, currency = leak.behind, found.asked.currency
    return BehindOut(
        by=behind.cut and behind.cut.by,
        value=behind.cut and behind.cut.value,
        name=leak.name,
        part=behind.part,
        amount=money(behind.amount, currency),
        deals=behind.deals,
        share=behind.share,
        excess=money(behind.excess, currency),
        stage_id=leak.stage_id,
        stage=leak.stage,
        words=words_of(behind, name=leak.name, stage=leak.stage, currency=currency),
        deals_url=_deals_url(leak, found),
    )


def _deals_url(leak: Leak, found: GapReport) -> str:
    period, cut, chosen = found.span.period, leak.behind.cut, found.asked.chosen
    asked: dict[str, Any] = {
        "from": period.starts_on,
        "to": period.ends_on,
        "method": found.asked.method,
        **({"shortfall": "gt:0"} if leak.behind.part == "shrunk" else {"fate": leak.behind.part}),
        **{name: getattr(chosen, name) for name in sorted(chosen.given())},
        **({"group_by": cut.by, "group": cut.value} if cut is not None else {}),
        **{name: at for name in ("as_of", "known_at") if (at := getattr(found.asked, name)) is not None},
    }
    return f"/v1/forecast/gap/deals?{urlencode(asked)}"
