"""API keys of a partner: administration."""

from typing import Any
from uuid import UUID

from fastapi import Request, Response

from services.gateway.api_key.queries import keys_of
from services.gateway.api_key.schemas import ApiKeyIn, ApiKeysOut, NewApiKeyOut
from services.gateway.api_key.use_cases.check_key import KeyRing
from services.gateway.api_key.use_cases.issue_key import issue_key, revoke_key
from services.gateway.caller.routes import Caller, Callers, GatewayRouter
from services.gateway.partner.use_cases.keep_partners import is_active
from shared.web.clock import Now
from shared.web.problem import Problem
from shared.web.route import permission
from shared.web.transaction import Reading, Transaction

router = GatewayRouter(prefix="/v1/partners/{partner_id}/keys", tags=["partners"])


@router.get("", response_model=ApiKeysOut, openapi_extra=permission("api_keys:read"))
async def get_keys(partner_id: UUID, connection: Reading) -> dict[str, Any]:
    """A partner's keys, closed ones too, without secrets. 404 `partner_not_found`."""
    if await is_active(connection, partner_id) is None:
        raise Problem("partner_not_found", "There is no such partner.")
    return {"items": await keys_of(connection, partner_id)}


@router.post("", status_code=201, response_model=NewApiKeyOut, openapi_extra=permission("api_keys:write"))
async def post_key(
    *,
    partner_id: UUID,
    body: ApiKeyIn,
    request: Request,
    response: Response,
    connection: Transaction,
    caller: Caller,
    now: Now,
) -> dict[str, Any]:
    """Make a key; its text is in this answer and nowhere else. 409 `too_many_keys`: two may be open at once,
    so that one can be changed for another without an interruption."""
    response.headers["Cache-Control"] = "no-store"
    made = await issue_key(
        connection,
        partner_id,
        name=body.name,
        permissions=body.permissions,
        expires_at=body.expires_at,
        pepper=request.app.state.settings.api_key_pepper.get_secret_value().encode(),
        by=caller.identity.sub,
        now=now,
    )
    response.headers["Location"] = f"/v1/partners/{partner_id}/keys/{made['id']}"
    return made


@router.delete("/{key_id}", status_code=204, openapi_extra=permission("api_keys:write"))
async def delete_key(
    *,
    partner_id: UUID,
    key_id: str,
    request: Request,
    connection: Transaction,
    callers: Callers,
    now: Now,
) -> None:
    """Close a key: at once here, within ten seconds everywhere. 404 `api_key_not_found`."""
    await revoke_key(connection, partner_id, key_id, now)
    keys: KeyRing = request.app.state.keys
    callers.also(keys.forget_all)
    callers.forget(partner_id)
