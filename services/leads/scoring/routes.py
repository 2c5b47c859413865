"""`/v1/scoring`, and the score of one lead."""

from typing import Any
from uuid import UUID

from fastapi import Response

from services.leads.score_model.grading import THE_GRADING
from services.leads.score_model.use_cases.current_model import fresh_model
from services.leads.score_model.use_cases.find_models import describe_model
from services.leads.scoring.schemas import (
    GradingIn,
    GradingOut,
    ModelInService,
    ModelOut,
    Models,
    ProductScores,
    ScoreOut,
    Simulate,
    Simulated,
    Train,
    TrainingOut,
)
from services.leads.scoring.use_cases.activate_model import activate_model
from services.leads.scoring.use_cases.describe_scoring import describe_history, describe_scoring, summary
from services.leads.scoring.use_cases.explain_score import MOST_REASONS, explain_score, simulate_score
from services.leads.scoring.use_cases.grade_leads import grade_leads, show_grading
from services.leads.scoring.use_cases.request_training import find_training, request_training
from services.leads.scoring.use_cases.score_products import score_products
from services.leads.setting_history.history_route import add_only_history
from shared.contracts.errors import DomainError
from shared.observability import context
from shared.web import json_body
from shared.web.clock import Now
from shared.web.concurrency import IfMatchOrAny, set_etag
from shared.web.identity import Caller
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, Transaction

router = ServiceRouter(prefix="/v1/scoring", tags=["scoring"])
of_leads = ServiceRouter(prefix="/v1/leads", tags=["scoring"])
_READ = permission("scoring:read")
_WRITE = permission("scoring:write")
_LEADS = permission("leads:read")


def _json(shown: Any, status: int = 200, **headers: str) -> Response:
    return Response(json_body.dumps(shown), status, headers, media_type="application/json")


def _training(found: dict[str, Any]) -> dict[str, Any]:
    return {name: found[name] for name in TrainingOut.model_fields}


@router.post(
    "/train",
    response_model=TrainingOut,
    status_code=202,
    responses={200: {"model": TrainingOut, "description": "Already trained on exactly these outcomes."}},
    openapi_extra=_WRITE,
    summary="Learn a new model from how leads ended",
)
async def post_train(body: Train = Train(), *, connection: Transaction, caller: Caller, now: Now) -> Response:
    """202 with Location of the training; asked again while it runs, the same. 200 with the training that has
    learned from exactly these outcomes before. It takes seconds to minutes; every night at 02:00 of the
    organisation's time zone one is run by itself.

    With fewer than 40 won or 40 lost leads the state is `insufficient_history`, and nothing is scored.
    """
    found = await request_training(connection, context.actor.get(), now)
    location = f"/v1/scoring/trainings/{found['id']}"
    return _json(_training(found), 200 if found["status"] == "done" else 202, Location=location)


@router.get(
    "/trainings/{training_id}", response_model=TrainingOut, openapi_extra=_READ, summary="One training"
)
async def get_training(training_id: UUID, connection: Reading, caller: Caller) -> Response:
    """`status` queued, running, done or failed. Problems: 404 `training_not_found`."""
    found = await find_training(connection, training_id)
    await fresh_model(connection)
    return _json(_training(found))


@router.get("/model", response_model=ModelInService, openapi_extra=_READ, summary="The model in service")
async def get_model(connection: Reading, caller: Caller) -> Response:
    """How good its scores are, measured on leads it had not seen, and what it looks at.

    The split is by time: a model of the earlier 70 % of the outcomes is measured on the later 30 %; the one
    in service has learned from all. AUC is the Mann-Whitney statistic, the Brier score the mean squared
    difference of score and outcome; `definitions` has all of them. `state` says `no_model` or
    `insufficient_history`, and `note` what is missing.
    """
    return _json(await describe_scoring(connection))


@router.get("/models", response_model=Models, openapi_extra=_READ, summary="All models")
async def get_models(connection: Reading, caller: Caller) -> Response:
    """The newest 200, also those that were never in service, and why."""
    return _json({"items": await describe_history(connection)})


@router.get("/models/{version}", response_model=ModelOut, openapi_extra=_READ, summary="One model")
async def get_one_model(version: int, connection: Reading, caller: Caller) -> Response:
    """Its figures. Problems: 404 `model_not_found`."""
    found = await describe_model(connection, version)
    if found is None:
        raise DomainError("model_not_found", "There is no such model.")
    return _json(summary(found))


@router.post(
    "/models/{version}/activate",
    response_model=ModelOut,
    openapi_extra=_WRITE,
    summary="Put a model in service",
)
async def post_activate(
    version: int, body: Train = Train(), *, connection: Transaction, caller: Caller, now: Now
) -> Response:
    """Whatever the comparison said. Open leads are scored anew in the background.

    Problems: 404 `model_not_found` (also for one that had too little history).
    """
    return _json(summary(await activate_model(connection, version, context.actor.get(), now)))


@router.get("/settings", response_model=GradingOut, openapi_extra=_READ, summary="By what leads are graded")
async def get_settings(response: Response, connection: Reading, caller: Caller) -> GradingOut:
    """With ETag. `grades` by `share` of the outcomes learned from, or by `score`."""
    shown = await show_grading(connection)
    set_etag(response, shown.version)
    return shown


@router.put(
    "/settings", response_model=GradingOut, openapi_extra=_WRITE, summary="Set the cut-offs of grades"
)
async def put_settings(
    *,
    body: GradingIn,
    response: Response,
    connection: Transaction,
    caller: Caller,
    now: Now,
    seen: IfMatchOrAny,
) -> GradingOut:
    """New leads are graded by it at once (other processes within a second), open ones in the background.

    Problems: 412 `version_conflict`; 422 `validation_failed` (shares of A, B, C rise, scores fall); 428.
    """
    shown = await grade_leads(connection, body, seen_version=seen, now=now)
    set_etag(response, shown.version)
    return shown


add_only_history(router, "/settings", "scoring_settings", THE_GRADING, "scoring:read")


@router.post(
    "/simulate", response_model=Simulated, openapi_extra=_READ, summary="Score a lead that is not there"
)
async def post_simulate(body: Simulate, connection: Reading, caller: Caller, now: Now) -> Response:
    """The fields of a lead in, its score and every reason out; nothing is written. Problems: 422."""
    return _json(await simulate_score(connection, body.given(), now=now))


@of_leads.get("/{lead_id}/score", response_model=ScoreOut, openapi_extra=_LEADS, summary="A lead's score")
async def get_score(lead_id: UUID, connection: Reading, caller: Caller, now: Now) -> Response:
    """Both parts, the five weightiest reasons for and against, and how the score came to be.

    A reason's `log_odds` is what it adds: probability = 1 / (1 + exp(-(log-odds of `average_lead` + the sum
    of all reasons))). Problems: 404 `lead_not_found`.
    """
    return _json(await explain_score(connection, caller, lead_id, most=MOST_REASONS, now=now))


@of_leads.get(
    "/{lead_id}/score/explain",
    response_model=ScoreOut,
    openapi_extra=_LEADS,
    summary="Every reason of a lead's score",
)
async def get_explanation(lead_id: UUID, connection: Reading, caller: Caller, now: Now) -> Response:
    """The same with all reasons: they add up to the probability exactly. Problems: 404 `lead_not_found`."""
    return _json(await explain_score(connection, caller, lead_id, most=None, now=now))


@of_leads.get(
    "/{lead_id}/product-scores",
    response_model=ProductScores,
    openapi_extra=_LEADS,
    summary="How likely a lead becomes a customer for each product",
)
async def get_product_scores(lead_id: UUID, connection: Reading, caller: Caller) -> Response:
    """The model in service is asked what it would say were this product the lead's `product_interest`, all
    else as it is; once for each product that the model has learned to tell apart, and for the lead's own.
    With fewer than 20 ended leads interested in a product its state is `insufficient_history`. The leads
    interested in one product, ranked: `GET /v1/leads/scores?product_id=`. `product_id`:
    the product of that name, if there is one. Problems: 404 `lead_not_found`.
    """
    return _json(await score_products(connection, caller, lead_id))
