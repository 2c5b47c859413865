"""Make a key for a partner, or close one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.gateway.api_key import repository
from services.gateway.api_key.domain import ApiKeyError, make_key, require_room
from services.gateway.partner.use_cases.keep_partners import is_active
from services.gateway.role.domain import PERMISSIONS
from services.gateway.versioned import lock
from shared.contracts.errors import FieldError

revoke_key = repository.revoke


async def issue_key(
    connection: AsyncConnection,
    partner_id: UUID,
    *,
    name: str,
    permissions: Sequence[str] | None,
    expires_at: datetime | None,
    pepper: bytes,
    by: str,
    now: datetime,
) -> dict[str, Any]:
    """The key's row with `api_key` and `secret`, which are not kept. Refuses `partner_not_found`,
    `state_conflict` (inactive), `too_many_keys`, `validation_failed`."""
    await lock(connection, f"keys of {partner_id}")
    active = await is_active(connection, partner_id)
    if active is None:
        raise ApiKeyError("partner_not_found", "There is no such partner.")
    if not active:
        raise ApiKeyError("state_conflict", "The partner is inactive.")
    require_room(await repository.active_count(connection, partner_id, now))
    granted = _granted(permissions)
    if expires_at is not None and expires_at <= now:
        _refuse("/expires_at", "in_the_past", "The key would be over before it begins.")
    key = make_key(pepper)
    row = {
        "id": key.key_id,
        "partner_id": partner_id,
        "name": name,
        "permissions": granted,
        "created_at": now,
        "created_by": by,
        "expires_at": expires_at,
        "revoked_at": None,
        "last_used_at": None,
    }
    await repository.add(connection, {**row, "hash": key.hash})
    return {**row, "api_key": key.text, "secret": key.text.rsplit("_", 1)[-1]}


def _granted(permissions: Sequence[str] | None) -> list[str]:
    possible = PERMISSIONS["partner"]
    if permissions is None:
        return sorted(possible)
    for index, name in enumerate(permissions):
        if name not in possible:
            _refuse(f"/permissions/{index}", "unknown_value", f"One of {', '.join(sorted(possible))}.")
    return sorted(set(permissions))


def _refuse(pointer: str, code: str, detail: str) -> None:
    raise ApiKeyError("validation_failed", detail, [FieldError(pointer, code, detail)])
