"""`/v1/lead-suggestions`."""

from uuid import UUID

from fastapi import Request, Response

from services.leads.record import answers
from services.leads.suggestion import queries
from services.leads.suggestion.domain import Suggestion
from services.leads.suggestion.schemas import (
    Accept,
    Explanation,
    FilterOut,
    Reject,
    SuggestionBatch,
    SuggestionIn,
    SuggestionOut,
    relevance_out,
)
from services.leads.suggestion.use_cases.decide_suggestion import (
    accept_suggestion,
    load_suggestion,
    reject_suggestion,
)
from services.leads.suggestion.use_cases.judge_suggestions import describe_filter, explain_suggestion
from services.leads.suggestion.use_cases.receive_suggestions import receive_suggestions
from shared.web.batch import BatchAnswer, check_items
from shared.web.clock import Now
from shared.web.concurrency import IfMatchOrAny
from shared.web.identity import Caller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, Transaction

router = ServiceRouter(prefix="/v1/lead-suggestions", tags=["lead suggestions"])
_READ = permission("lead_suggestions:read")
_WRITE = permission("lead_suggestions:write")


@router.post(
    "",
    response_model=SuggestionOut,
    status_code=201,
    responses={200: {"model": SuggestionOut, "description": "It came before."}},
    openapi_extra=_WRITE,
    summary="Suggest a lead",
)
async def post_suggestion(body: SuggestionIn, connection: Transaction, _: Caller, now: Now) -> Response:
    """From whatever listens to a network. 201 with Location and ETag; 200 with what is kept when it came
    before, by `network` and `external_id`. Its relevance follows within a moment.

    Problems: 422 `validation_failed` (also a post of the future).
    """
    (kept,) = await receive_suggestions(connection, [(0, body)], now=now)
    if kept.refusal is not None or kept.id is None:
        raise kept.refusal or AssertionError("neither kept nor refused")
    created_at = "/v1/lead-suggestions" if kept.became == "created" else None
    return _one(await load_suggestion(connection, kept.id), created_at=created_at)


@router.post("/batch", response_model=BatchAnswer, openapi_extra=_WRITE, summary="Suggest many leads")
async def post_suggestions(
    body: SuggestionBatch, connection: Transaction, _: Caller, now: Now
) -> BatchAnswer:
    """Up to 1,000. 200 with a result for each in order: created, unchanged (it came before) or rejected."""
    checked = check_items(body.items, SuggestionIn)
    for kept in await receive_suggestions(connection, checked.good, now=now):
        if kept.refusal is not None:
            checked.reject(kept.index, kept.refusal)
        elif kept.became is not None:
            checked.settle(kept.index, kept.became, kept.id)
    return checked.answer()


@router.get(
    "",
    response_model=Page[SuggestionOut],
    openapi_extra=_READ | queries.SUGGESTIONS.openapi,
    summary="Suggested leads, the most relevant first",
)
async def list_suggestions(request: Request, connection: Reading, _: Caller) -> Response:
    """Open ones, unless a filter on `status` asks for others. `relevance` is learned from what the
    organisation accepted and rejected: `GET /v1/lead-suggestions/filter`; null ones come last."""
    where = [] if "status" in request.query_params else [queries.STATUS == "open"]
    return await queries.SUGGESTIONS.answer(
        connection, request, where=where, to_item=queries.suggestion_shown
    )


@router.get(
    "/filter",
    response_model=FilterOut,
    openapi_extra=_READ,
    summary="What the filter has learned, and how well",
)
async def get_filter(connection: Reading, _: Caller) -> FilterOut:
    """Naive Bayes over the words, author, network and topic of the newest 2,000 decisions. Below 10 accepted
    or 10 rejected ones the state is `insufficient_history`, and nothing is judged."""
    return FilterOut.model_validate(await describe_filter(connection), from_attributes=True)


@router.get(
    "/{suggestion_id}", response_model=SuggestionOut, openapi_extra=_READ, summary="One suggested lead"
)
async def get_suggestion(suggestion_id: UUID, connection: Reading, _: Caller) -> Response:
    """With its ETag. Problems: 404 `suggestion_not_found`."""
    return _one(await load_suggestion(connection, suggestion_id))


@router.get(
    "/{suggestion_id}/explain",
    response_model=Explanation,
    openapi_extra=_READ,
    summary="Why a suggestion is judged as it is",
)
async def get_explanation(suggestion_id: UUID, connection: Reading, _: Caller) -> Explanation:
    """By the decisions so far. log-odds = `prior` + the sum of the reasons' `log_odds`; relevance = 1 / (1 +
    exp(-log-odds)), within 0.01 and 0.99. With a and r the accepted and rejected ones that have a feature, a
    reason is log(((a + 1) / (accepted + 2)) / ((r + 1) / (rejected + 2))); features of fewer than 2 decided
    ones are left out, and at most 15 count. Problems: 404 `suggestion_not_found`.
    """
    return Explanation.model_validate(
        await explain_suggestion(connection, suggestion_id), from_attributes=True
    )


@router.post(
    "/{suggestion_id}/accept",
    response_model=SuggestionOut,
    openapi_extra=_WRITE,
    summary="Take a suggestion as a lead",
)
async def post_accept(
    *,
    suggestion_id: UUID,
    body: Accept = Accept(),
    connection: Transaction,
    caller: Caller,
    now: Now,
    seen: IfMatchOrAny,
) -> Response:
    """A new lead of the author, with the network as `source` and the post as its touch; `lead_id` names it. A
    rep's is the rep's own. The body adds to what the listener knew, or corrects it.

    Problems: 404 `suggestion_not_found`; 409 `suggestion_decided` with `lead_id`,
    `duplicate_found` where the policy of its source keeps it out; 412; 422; 428.
    """
    accepted = await accept_suggestion(connection, caller, suggestion_id, body, seen_version=seen, now=now)
    return _one(accepted)


@router.post(
    "/{suggestion_id}/reject",
    response_model=SuggestionOut,
    openapi_extra=_WRITE,
    summary="Reject a suggestion",
)
async def post_reject(
    *,
    suggestion_id: UUID,
    body: Reject,
    connection: Transaction,
    caller: Caller,
    now: Now,
    seen: IfMatchOrAny,
) -> Response:
    """With the reason; the filter learns from it. Problems: 404; 409 `suggestion_decided`; 412; 422; 428."""
    rejected = await reject_suggestion(
        connection, caller, suggestion_id, body.reason, seen_version=seen, now=now
    )
    return _one(rejected)


def _one(suggestion: Suggestion, *, created_at: str | None = None) -> Response:
    shown = answers.fields_of(suggestion, SuggestionOut)
    return answers.one({**shown, "relevance": relevance_out(suggestion.relevance)}, created_at=created_at)
