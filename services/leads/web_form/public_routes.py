"""`/v1/public`: what visitors see and send, without signing in."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

from fastapi import Path, Request, Response

from services.leads.web_form import repository
from services.leads.web_form.domain import FormError, WebForm
from services.leads.web_form.pages import confirm_page, form_page, message_page
from services.leads.web_form.schemas import PublicReceipt, PublicSchema, SubmissionReceipt
from services.leads.web_form.submitted import read_submitted
from services.leads.web_form.tokens import FormTokens
from services.leads.web_form.use_cases.receive_submission import (
    Received,
    confirm_submission,
    form_of,
    receipt_of,
    receive_submission,
)
from shared.contracts.ids import new_id
from shared.web import json_body
from shared.web.clock import Now
from shared.web.identity import Caller
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, Transaction

router = ServiceRouter(prefix="/v1/public", tags=["web forms"])
_PUBLIC = permission("public")
_ANY_QUERY = {"x-any-query": True}
_PAGE: dict[int | str, dict[str, Any]] = {
    200: {"description": "A page.", "content": {"text/html": {"schema": {"type": "string"}}}}
}
_VALUES = {"type": "object", "additionalProperties": True}
_SUBMITTED: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            kind: {"schema": _VALUES}
            for kind in ("application/x-www-form-urlencoded", "multipart/form-data", "application/json")
        },
    }
}
Key = Annotated[str, Path(max_length=100)]
Token = Annotated[str, Path(max_length=300)]


def tokens_of(request: Request) -> FormTokens:
    """The signer of this service."""
    return FormTokens(request.app.state.settings.cursor_secret.get_secret_value())


@router.get(
    "/forms/confirm/{token}",
    responses=_PAGE,
    response_class=Response,
    openapi_extra=_PUBLIC | _ANY_QUERY,
    summary="Ask whether it was them",
)
async def get_confirmation(token: Token, caller: Caller) -> Response:
    """The page that the link in the mail leads to. It confirms nothing by being opened."""
    return confirm_page()


@router.post(
    "/forms/confirm/{token}",
    responses=_PAGE,
    response_class=Response,
    openapi_extra=_PUBLIC | _ANY_QUERY,
    summary="Confirm a submission",
)
async def post_confirmation(
    token: Token, request: Request, connection: Transaction, caller: Caller, now: Now
) -> Response:
    """The lead is made, and what was agreed to holds, from now. Once however often it is sent.

    Problems: 404 `web_form_not_found` for a token that is not ours; 410 `confirmation_over`.
    """
    submission_id = tokens_of(request).read_confirmation(token)
    if submission_id is None:
        raise FormError("web_form_not_found", "There is nothing to confirm.")
    received = await confirm_submission(connection, submission_id, now=now)
    return _receipt(received) if _wants_json(request) else message_page(None, "confirmed")


@router.get(
    "/forms/{key}",
    responses=_PAGE,
    response_class=Response,
    openapi_extra=_PUBLIC | _ANY_QUERY,
    summary="A form as a page",
)
async def get_form(key: Key, request: Request, connection: Reading, caller: Caller, now: Now) -> Response:
    """Works without a script, and only inside pages of the form's `frame_ancestors`. Campaign parameters
    (`utm_*`) of the address are kept with what is sent. Problems: 404 `web_form_not_found`."""
    form = await form_of(connection, key, now)
    rendered = tokens_of(request).rendered(form.id, new_id(), now)
    return form_page(form, rendered, request.query_params, request.headers.get("referer"))


@router.get(
    "/forms/{key}/schema",
    response_model=PublicSchema,
    openapi_extra=_PUBLIC,
    summary="A form as data",
)
async def get_schema(key: Key, request: Request, connection: Reading, caller: Caller, now: Now) -> Response:
    """For front-ends of one's own; may be read from pages of the form's `frame_ancestors`.

    Problems: 404 `web_form_not_found`.
    """
    form = await form_of(connection, key, now)
    shown = {name: getattr(form, name) for name in PublicSchema.model_fields if name != "rendered"}
    shown["rendered"] = tokens_of(request).rendered(form.id, new_id(), now)
    return _json(shown, 200, _cross_origin(form, request))


@router.options(
    "/forms/{key}", status_code=204, openapi_extra=_PUBLIC, summary="Whether a page may send the form"
)
@router.options(
    "/forms/{key}/schema",
    status_code=204,
    openapi_extra=_PUBLIC,
    summary="Whether a page may read the form",
    operation_id="options_schema",
)
async def options_form(key: Key, request: Request, connection: Reading, caller: Caller, now: Now) -> Response:
    """The preflight of browsers: yes for the form's `frame_ancestors`. Problems: 404."""
    form = await form_of(connection, key, now)
    return Response(status_code=204, headers=_cross_origin(form, request))


@router.post(
    "/forms/{key}",
    response_model=SubmissionReceipt,
    status_code=202,
    responses={**_PAGE, 303: {"description": "To the form's `redirect_url`."}},
    openapi_extra=_PUBLIC | _ANY_QUERY | _SUBMITTED,
    summary="Send a form",
)
async def post_form(
    key: Key, request: Request, connection: Transaction, caller: Caller, now: Now
) -> Response:
    """Whatever is sent is kept. 202 with a receipt for `Accept: application/json` or a JSON body, else a page
    or 303 to the form's `redirect_url`.

    Wrong values and what looks like spam wait in quarantine; the same page sent twice is one submission.
    Beside the form's fields a front-end may send `referrer`, `landing_page`, `utm_*` and `rendered` from
    `/schema`; other names are kept with the touch. Problems: 404 `web_form_not_found`; 413; 415.
    """
    form = await form_of(connection, key, now)
    sent = await read_submitted(request, form.largest_bytes)
    received = await receive_submission(connection, form, sent, tokens_of(request), now=now)
    if _wants_json(request):
        return _receipt(received, _cross_origin(form, request))
    if received.status == "waiting_for_confirmation":
        return message_page(form, "mail")
    if form.redirect_url is not None:
        return Response(status_code=303, headers={"Location": form.redirect_url, "Cache-Control": "no-store"})
    return message_page(form, "thanks")


@router.get(
    "/receipts/{receipt_id}",
    response_model=PublicReceipt,
    openapi_extra=_PUBLIC,
    summary="What became of a submission",
)
async def get_receipt(receipt_id: UUID, connection: Reading, caller: Caller) -> Response:
    """Received, waiting for confirmation, or expired without one; nothing of what was said in it.

    Problems: 404 `receipt_not_found`.
    """
    found = await repository.find_submission(connection, receipt_id)
    if found is None:
        raise FormError("receipt_not_found", "There is no such receipt.")
    told = receipt_of(found)
    return _json({"receipt_id": told.id, "received_at": told.received_at, "status": told.status}, 200, {})


def _wants_json(request: Request) -> bool:
    accepted = request.headers.get("accept", "")
    if "application/json" in accepted:
        return True
    return "text/html" not in accepted and request.headers.get("content-type", "").startswith(
        "application/json"
    )


def _receipt(received: Received, headers: Mapping[str, str] | None = None) -> Response:
    shown = {
        "receipt_id": received.id,
        "status": received.status,
        "errors": [asdict(error) for error in received.errors],
    }
    return _json(shown, 202, headers or {})


def _json(shown: Mapping[str, Any], status: int, headers: Mapping[str, str]) -> Response:
    return Response(
        json_body.dumps(shown),
        status,
        {**headers, "Cache-Control": "no-store"},
        media_type="application/json",
    )


def _cross_origin(form: WebForm, request: Request) -> dict[str, str]:
    """What lets a page of an origin of the form read the answer."""
    origin = request.headers.get("origin")
    if origin is None or origin not in form.frame_ancestors:
        return {"Vary": "Origin"}
    return {
        "Vary": "Origin",
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Methods": "GET, POST",
        "Access-Control-Allow-Headers": "Accept, Content-Type, Idempotency-Key",
        "Access-Control-Max-Age": "600",
    }
