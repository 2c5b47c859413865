"""`/v1/forecast/prediction`: what will come, how sure that is, and the runs behind it."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request, Response

from services.forecast.deal_ledger.queries import last_event_at
from services.forecast.prediction.definitions import MEANINGS, OF_A_CHANCE
from services.forecast.prediction.domain.chosen import Chosen, GroupBy, Part
from services.forecast.prediction.domain.outcome import Outcome
from services.forecast.prediction.queries.listing import DEALS, RUNS, chance_shown, deals_of
from services.forecast.prediction.schemas import (
    BlendOut,
    ChanceByOut,
    DealChanceOut,
    MissingOut,
    OneRunOut,
    PredictedGroupOut,
    PredictionOut,
    ReasonOut,
    RequestIn,
    RunOut,
    WinProbabilityOut,
)
from services.forecast.prediction.use_cases.explain_chance import Explained, explain_chance
from services.forecast.prediction.use_cases.predict_period import Group, Predicted, predict_period
from services.forecast.prediction.use_cases.read_runs import last_run_priced, read_run
from services.forecast.prediction.use_cases.request_prediction import request_prediction
from shared.contracts.money import Money
from shared.observability import context
from shared.reporting.figures import defined, money, period_shown
from shared.reporting.parameters import AsOf, KnownPeriod
from shared.web import json_body
from shared.web.clock import Now
from shared.web.identity import Caller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, Transaction

router = ServiceRouter(prefix="/v1", tags=["forecast"])
_READ = permission("forecast:read")
_AMOUNTS = ("open_deals", "new_business", "mean", "p10", "p50", "p90")


@router.get(
    "/forecast/prediction",
    response_model=PredictionOut,
    response_model_exclude_unset=True,
    openapi_extra=_READ,
    summary="What a period will bring, and between which bounds",
)
async def get_prediction(
    *,
    connection: Reading,
    caller: Caller,
    now: Now,
    asked: KnownPeriod,
    team_id: Annotated[UUID | None, Query(description="This team and every team below it.")] = None,
    owner_id: Annotated[UUID | None, Query(description="Deals of this member.")] = None,
    product_id: Annotated[UUID | None, Query(description="Deals of this product.")] = None,
    group_by: Annotated[
        GroupBy | None,
        Query(description="Groups as in `GET /v1/forecast`, each with a range of its own."),
    ] = None,
) -> PredictionOut:
    """Closed so far + open deals + new business, from the organisation's own history, as P10, P50 and P90,
    within the caller's scope.

    Chances come from the last run (each night, and soon after deals change); deals closed since are out at
    once. `mean` and its parts add up over groups; a range is wider the smaller the part. It is that of a
    gamma distribution (quantiles by Wilson and Hilferty, 1931) with the deals' own variance and the blend's
    error in past trials. A period that is over has a range of no width.

    With `as_of` the kept run of then answers: of the first of each month and week, or asked for by `POST
    /v1/forecast/predictions`; with `known_at` none that was asked for later. Without one, with too little
    history, or for a period that ends more than 13 months ahead, `state` is `insufficient_history`, `missing`
    says of what, and only `closed` is given.
    Problems: 400 `period_invalid`, `invalid_parameter`; 503 `organisation_unknown`.
    """
    part = Part(Chosen(team_id, owner_id, product_id), caller, group_by)
    told = await last_event_at(connection)
    found = await predict_period(connection, asked, part, now)
    return _answer(found, group_by, sees_all=caller.scope == "all", told=told)


@router.get(
    "/forecast/prediction/deals",
    response_model=Page[DealChanceOut],
    openapi_extra={**_READ, **DEALS.openapi},
    summary="Open deals with their chance, expected value and predicted close",
)
async def list_chances(caller: Caller, request: Request, connection: Reading) -> Response:
    """Open deals of the caller's scope as the last run saw them, the largest expected value first; nothing
    while no run could be made. A deal made since the last run comes with the next, seconds to minutes later.
    """
    run_id, currency = await last_run_priced(connection)
    return await DEALS.answer(
        connection, request, where=deals_of(run_id, caller), to_item=lambda row: chance_shown(row, currency)
    )


@router.get(
    "/forecast/predictions",
    response_model=Page[RunOut],
    openapi_extra={**_READ, **RUNS.openapi},
    summary="When predictions were reckoned",
)
async def list_runs(caller: Caller, request: Request, connection: Reading) -> Response:
    """The newest first. Of a day's runs that nobody asked for the last is kept. `has_rows`: the chances of
    each deal are still there."""
    return await RUNS.answer(connection, request)


@router.post(
    "/forecast/predictions",
    response_model=RunOut,
    status_code=202,
    openapi_extra=permission("forecast:configure"),
    summary="Reckon anew, or as things stood in the past",
)
async def post_prediction(
    body: RequestIn = RequestIn(), *, connection: Transaction, caller: Caller, now: Now
) -> Response:
    """202 with Location; there is one run at a time: while the same one is under way, that one. It takes
    seconds; the first one walks through the past year, which takes longer.

    With `as_of` the ledger as it stood then, by business time, whenever it was told; such a run answers
    `as_of` of that instant and the 36 hours after. Problems: 409 `prediction_under_way` while one as of
    another instant is; 422 `validation_failed` for the future.
    """
    run_id = await request_prediction(connection, context.actor.get(), now=now, as_of=body.as_of)
    run = (await read_run(connection, run_id, by=caller)).model_dump(include=set(RunOut.model_fields))
    headers = {"Location": f"/v1/forecast/predictions/{run_id}"}
    return Response(json_body.dumps(run), 202, headers, media_type="application/json")


@router.get(
    "/forecast/predictions/{run_id}",
    response_model=OneRunOut,
    openapi_extra=_READ,
    summary="One run and its trials",
)
async def get_run(run_id: UUID, connection: Reading, caller: Caller) -> OneRunOut:
    """What it learned from, what each method was worth, and the trials of the past behind that: what would
    have been foretold at a month's start for one, two and three months, from what was known then.
    Problems: 404 `prediction_not_found`.
    """
    return await read_run(connection, run_id, by=caller)


@router.get(
    "/deals/{deal_id}/win-probability",
    response_model=WinProbabilityOut,
    openapi_extra=_READ,
    summary="The chance of a deal to be won, by when, and why",
)
async def get_win_probability(
    deal_id: UUID, connection: Reading, caller: Caller, now: Now, asked: AsOf
) -> WinProbabilityOut:
    """From the organisation's own history: competing risks of winning and losing over the deal's age, the
    month of the quarter, and how it stands (stage and how long, pushes, silence, amount, its account's past,
    product, owner, source), as the last run saw it; a closed deal has 1 or 0. The chance is lower the older a
    deal gets in which nothing happens.

    log(usual_probability) + log(effect) over all factors = log(probability): what an effect is depends on
    the order in which the factors are taken, which is always the same. `as_of`: by the run kept of then, of
    the first of a month or week or asked for by `POST /v1/forecast/predictions`. With too little history, or
    of a deal made since the last run (`missing` says `next_run`: it comes by itself), `state` is
    `insufficient_history` and the figures are null. Problems: 400 `invalid_parameter`; 404 `deal_not_found`.
    """
    found = await explain_chance(connection, deal_id, asked, by=caller, now=now)
    return _explained(deal_id, found)


def _explained(deal_id: UUID, found: Explained) -> WinProbabilityOut:
    chance, run, currency = found.chance, found.run, found.currency
    probability = found.certain if chance is None else chance.probability
    return WinProbabilityOut(
        deal_id=deal_id,
        status=found.status,
        as_of=found.as_of,
        state=found.state,
        missing=[MissingOut.model_validate(each) for each in found.missing],
        run_id=run.id if run else None,
        reckoned_at=run.as_of if run else None,
        probability=probability,
        in_quarter=found.certain if chance is None else chance.in_quarter,
        by_date=[ChanceByOut(date=day, probability=share) for day, share in found.by_date],
        usual_probability=chance.base if chance else None,
        reasons=[ReasonOut(**asdict(each), text=each.text) for each in found.reasons],
        sample_size=chance.closings if chance else None,
        value_of_a_win=_shown(chance.worth, currency) if chance else None,
        expected_value=_shown(chance.expected_value, currency) if chance else None,
        predicted_close=chance.expected_close if chance else None,
        definitions=defined(OF_A_CHANCE, "13 months from the day of the run."),
    )


def _answer(
    found: Predicted, group_by: GroupBy | None, *, sees_all: bool, told: datetime | None
) -> PredictionOut:
    foretold, question = found.foretold, found.question
    period = question.period
    when = f"{period.name}: {period.starts_on} to {period.ends_on} in the organisation's time zone."
    return PredictionOut(
        period=period_shown(period),
        as_of=found.as_of,
        known_at=question.known_at,
        currency=found.currency,
        state=foretold.state,
        missing=[MissingOut.model_validate(each) for each in foretold.missing],
        run_id=foretold.run.id if foretold.run else None,
        reckoned_at=foretold.run.as_of if foretold.run else None,
        rest=period_shown(found.rest) if found.rest else None,
        blend=_blend(found, sees_all=sees_all),
        group_by=group_by,
        groups=[_group(each, found, group_by) for each in found.groups],
        groups_left_out=found.groups_left_out,
        last_event_at=told,
        definitions=defined(MEANINGS, when),
        closed=money(found.won, found.currency),
        **outcome_shown(foretold.whole, found.currency),
    )


def outcome_shown(outcome: Outcome | None, currency: str) -> dict[str, Any]:
    """All but what was won, to cents; null where nothing can be said."""
    if outcome is None:
        return {**dict.fromkeys(_AMOUNTS), "expected_wins": None, "deals": None}
    amounts = {name: _shown(getattr(outcome, name), currency) for name in _AMOUNTS}
    return {**amounts, "expected_wins": round(outcome.wins, 2), "deals": outcome.deals}


def _shown(amount: float, currency: str) -> Money:
    return money(Decimal(f"{amount:.6f}"), currency)


def _group(group: Group, found: Predicted, group_by: GroupBy | None) -> PredictedGroupOut:
    named: Mapping[str, Any] = {} if group_by == "owner" else {"name": group.name}
    return PredictedGroupOut.model_validate(
        {
            f"{group_by}_id": group.key,
            **named,
            "closed": money(group.won, found.currency),
            **outcome_shown(group.outcome, found.currency),
        }
    )


def _blend(found: Predicted, *, sees_all: bool) -> BlendOut | None:
    said, run = found.foretold.scaled, found.foretold.run
    if said is None or run is None or run.blend is None:
        return None
    amounts = {name: _shown(amount, found.currency) for name, amount in said.foretold.items()}
    return BlendOut(
        weights=said.weights,
        foretold=amounts if sees_all else None,
        scale=said.scale,
        errors=run.blend.errors,
        trials=run.blend.trials,
        spread=said.spread,
        spread_of_parts=run.blend.spread_of_parts(said.spread),
    )
