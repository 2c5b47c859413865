"""`/v1/lead-form`: what the screen for entering a lead must ask for, and no more."""

from fastapi import Response

from services.leads.lead.entry_form import mandatory_fields, set_mandatory_fields
from services.leads.lead.schemas import ASKABLE, EntryForm, EntryFormOut
from shared.web import json_body
from shared.web.concurrency import IfMatchOrAny, etag
from shared.web.identity import Caller
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, Transaction

router = ServiceRouter(prefix="/v1/lead-form", tags=["leads"])


@router.get(
    "",
    response_model=EntryFormOut,
    openapi_extra=permission("leads:read"),
    summary="What must be filled in to enter a lead",
)
async def get_lead_form(connection: Reading, caller: Caller) -> Response:
    """With its ETag. Beside these a lead always needs a name, a company, an e-mail or a phone."""
    return _shown(*await mandatory_fields(connection))


@router.put(
    "",
    response_model=EntryFormOut,
    openapi_extra=permission("lead_settings:write"),
    summary="Set what must be filled in to enter a lead",
)
async def put_lead_form(
    body: EntryForm, connection: Transaction, caller: Caller, seen: IfMatchOrAny
) -> Response:
    """Holds for `POST /v1/leads` from now on; loading, pushes and forms have their own rules.

    Problems: 412 `version_conflict`; 422 for no field of a lead; 428.
    """
    version = await set_mandatory_fields(connection, body.mandatory, seen)
    return _shown(version, tuple(dict.fromkeys(body.mandatory)))


def _shown(version: int, mandatory: tuple[str, ...]) -> Response:
    shown = {
        "version": version,
        "mandatory": list(mandatory),
        "optional": [name for name in ASKABLE if name not in mandatory],
    }
    return Response(json_body.dumps(shown), headers={"ETag": etag(version)}, media_type="application/json")
