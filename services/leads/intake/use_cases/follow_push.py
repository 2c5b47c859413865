"""What a partner may know of what became of its pushes."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.intake import queries
from services.leads.intake.domain import MILESTONES, IntakeError
from services.leads.lead.domain import Lead
from services.leads.lead.use_cases.follow_leads import lead_pushed_as, steps_of
from shared.contracts.identity import Identity

Rows = Sequence[RowMapping]


def partner_of(identity: Identity) -> UUID:
    """The calling partner. Refuses everybody else with `forbidden`."""
    if identity.kind != "partner" or identity.partner_id is None:
        raise IntakeError("forbidden", "Only a partner pushes leads and follows them.")
    return identity.partner_id


async def follow_push(connection: AsyncConnection, identity: Identity, external_id: str) -> dict[str, Any]:
    """Status and timeline of the partner's lead. Refuses with `lead_not_found` what was never pushed."""
    partner_id = partner_of(identity)
    lead, part_of = await lead_pushed_as(connection, partner_id, external_id) or (None, None)
    entries = await queries.entries_of(connection, partner_id, external_id)
    if lead is None and not entries:
        raise IntakeError("lead_not_found", "Nothing was pushed under this reference.")
    receipts = await queries.receipts_of(connection, partner_id, external_id)
    steps = await _steps(connection, lead, part_of)
    timeline = _timeline(receipts, entries, steps)
    waiting = [entry for entry in entries if entry["status"] == "open"]
    return {
        "id": lead.id if lead else None,
        "merged_into": _winner(lead, part_of),
        "external_id": external_id,
        "status": _status(part_of, waiting),
        "duplicate": lead is not None and lead.duplicate_of is not None,
        "received_at": timeline[0]["at"],
        "timeline": timeline,
        "errors": waiting[-1]["errors"] if waiting else [],
    }


async def _steps(
    connection: AsyncConnection, lead: Lead | None, part_of: Lead | None
) -> list[Mapping[str, Any]]:
    """The lead's own steps; after it was merged those of the lead it is part of."""
    if lead is None or part_of is None:
        return []
    own = await steps_of(connection, lead.id)
    if part_of.id == lead.id:
        return own
    merged_at = max(step["at"] for step in own if step["what"] == "merged")
    return own + [step for step in await steps_of(connection, part_of.id) if step["at"] >= merged_at]


async def follow_receipt(connection: AsyncConnection, identity: Identity, receipt_id: UUID) -> dict[str, Any]:
    """One of the partner's receipts. Refuses with `receipt_not_found`."""
    found = await queries.find_receipt(connection, partner_of(identity), receipt_id)
    if found is None:
        raise IntakeError("receipt_not_found", "There is no such receipt.")
    lead, part_of = await lead_pushed_as(connection, found["partner_id"], found["external_id"]) or (
        None,
        None,
    )
    return {
        "receipt_id": found["id"],
        "external_id": found["external_id"],
        "received_at": found["received_at"],
        "status": found["status"],
        "id": found["lead_id"],
        "merged_into": _winner(lead, part_of),
        "errors": found["errors"] or [],
    }


def _winner(lead: Lead | None, part_of: Lead | None) -> UUID | None:
    """The lead that it is part of by now."""
    return part_of.id if lead is not None and part_of is not None and part_of.id != lead.id else None


def _status(lead: Lead | None, waiting: Rows) -> str:
    if lead is not None:
        return lead.status
    return "quarantined" if waiting else "discarded"


def _timeline(receipts: Rows, entries: Rows, steps: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Pushes that did something, decisions about quarantined ones, and the lead's own milestones, by time."""
    told = [
        {"at": each["received_at"], "what": each["status"]}
        for each in receipts
        if each["status"] in ("updated", "quarantined")
    ]
    told += [
        {"at": entry["resolved_at"], "what": entry["status"]}
        for entry in entries
        if entry["resolved_at"] is not None
    ]
    told += [
        {"at": step["at"], "what": MILESTONES[step["what"]]} for step in steps if step["what"] in MILESTONES
    ]
    return sorted(told, key=lambda entry: entry["at"])
