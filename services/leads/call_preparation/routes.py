"""`/v1/leads/{id}/prep` and `/v1/prep-form`."""

from collections.abc import Sequence
from uuid import UUID

from fastapi import Response

from services.leads.call_preparation.domain import DETAILS
from services.leads.call_preparation.repository import REQUIRED
from services.leads.call_preparation.schemas import Prep, PrepForm, PrepFormOut
from services.leads.call_preparation.use_cases.prepare_call import prepare_call
from services.leads.setting_history.history_route import add_only_history
from services.leads.setting_history.use_cases.set_sole import THE_ONE, set_sole
from shared.web import json_body
from shared.web.clock import Now
from shared.web.concurrency import IfMatchOrAny, etag
from shared.web.identity import Caller
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, Transaction

router = ServiceRouter(prefix="/v1", tags=["call preparation"])


@router.get(
    "/leads/{lead_id}/prep",
    response_model=Prep,
    openapi_extra=permission("leads:read"),
    summary="What to know before a call",
)
async def get_prep(lead_id: UUID, connection: Reading, caller: Caller, now: Now) -> Prep:
    """One card: who that is and what time it is there; whether we may call (`may_call` null: nothing is
    recorded); needs, the last 20 touches and 10 activities in order, the score with its weightiest reasons;
    the account, contact, open deals and like records the caller may see; what is not known.

    `readiness` = filled required fields / required fields (`PUT /v1/prep-form`), null when none is required.
    Problems: 404 `lead_not_found`.
    """
    found = await prepare_call(connection, caller, lead_id, now=now)
    return Prep.model_validate(found, from_attributes=True)


@router.get(
    "/prep-form",
    response_model=PrepFormOut,
    openapi_extra=permission("leads:read"),
    summary="What must be known before a call",
)
async def get_form(connection: Reading, _: Caller) -> Response:
    """With its ETag. At first person, position, company, industry and telephone number."""
    return _form(*await REQUIRED.read(connection))


@router.put(
    "/prep-form",
    response_model=PrepFormOut,
    openapi_extra=permission("lead_settings:write"),
    summary="Set what must be known before a call",
)
async def put_form(
    body: PrepForm, connection: Transaction, _: Caller, now: Now, seen: IfMatchOrAny
) -> Response:
    """Problems: 412 `version_conflict`; 422 for what is no detail of a lead; 428."""
    required = list(dict.fromkeys(body.required))
    version = await set_sole(connection, REQUIRED, "prep_form", required, seen_version=seen, now=now)
    return _form(version, required)


def _form(version: int, required: Sequence[str]) -> Response:
    optional = [name for name in DETAILS if name not in required]
    shown = {"version": version, "required": list(required), "optional": optional}
    return Response(json_body.dumps(shown), headers={"ETag": etag(version)}, media_type="application/json")


add_only_history(router, "/prep-form", "prep_form", THE_ONE, "leads:read")
