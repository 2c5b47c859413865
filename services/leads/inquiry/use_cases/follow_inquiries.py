"""Whether and when somebody answered inquiries."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.activity.use_cases.find_answers import Answer, Asked, find_answers
from services.leads.inquiry import repository
from services.leads.inquiry.domain import InquiryError
from services.leads.inquiry.scope import visible
from services.leads.intake.use_cases.keep_in_quarantine import what_became_of
from shared.contracts.identity import Identity


async def load_inquiry(connection: AsyncConnection, identity: Identity, inquiry_id: UUID) -> dict[str, Any]:
    """The inquiry with who answered it. Refuses with `inquiry_not_found`."""
    found = await repository.find(connection, inquiry_id, visible(identity))
    if found is None:
        raise InquiryError("inquiry_not_found", "There is no such inquiry.")
    (shown,) = await with_answers(connection, [dict(found)])
    return shown


async def with_answers(
    connection: AsyncConnection, inquiries: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """The same with `handled_at`, `handled_by`, `response_minutes` and `outcome`, and the lead that one in
    quarantine became. Two queries for all of them."""
    waiting = [each["quarantine_id"] for each in inquiries if each["quarantine_id"] is not None]
    became = await what_became_of(connection, waiting)
    shown = []
    for each in inquiries:
        lead_id = became.get(each["quarantine_id"], (None, None))[1] or each["lead_id"]
        shown.append({**each, "lead_id": lead_id})
    asked = [
        Asked(each["id"], each["at"], each["lead_id"], each["contact_id"], each["activity_id"])
        for each in shown
        if each["lead_id"] is not None or each["contact_id"] is not None
    ]
    answers = await find_answers(connection, asked)
    return [{**each, **_handling(each, answers.get(each["id"]))} for each in shown]


def _handling(asked: Mapping[str, Any], answer: Answer | None) -> dict[str, Any]:
    """A call that was picked up was handled at once."""
    if asked["answered_at"] is not None:
        return {
            "handled_at": asked["answered_at"],
            "handled_by": None,
            "response_minutes": 0.0,
            "outcome": "answered",
        }
    if answer is None:
        return dict.fromkeys(("handled_at", "handled_by", "response_minutes", "outcome"))
    minutes = round((answer.at - asked["at"]).total_seconds() / 60, 2)
    return {
        "handled_at": answer.at,
        "handled_by": answer.by,
        "response_minutes": minutes,
        "outcome": answer.outcome,
    }
