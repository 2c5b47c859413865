"""Leads and other records for tests of rules."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from services.leads.activity.domain import Activity
from services.leads.intake.domain import Quarantined
from services.leads.lead.domain import Lead

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
SOMEBODY = UUID(int=1)


def a_lead(**fields: Any) -> Lead:
    given = {"id": UUID(int=7), "name": "Ann Lee", "created_at": NOW, "updated_at": NOW, **fields}
    return Lead(**given)


def a_pushed_lead(**fields: Any) -> Lead:
    return a_lead(partner_id=UUID(int=9), external_id="a-1", **fields)


def an_activity(**fields: Any) -> Activity:
    given = {"id": UUID(int=8), "type": "call", "created_at": NOW, "updated_at": NOW, **fields}
    return Activity(**given)


def an_entry(**fields: Any) -> Quarantined:
    given = {
        "id": UUID(int=5),
        "partner_id": UUID(int=9),
        "external_id": "a-1",
        "status": "open",
        "payload": {"external_id": "a-1", "email": "nope", "phone": "12"},
        "errors": [],
        "received_at": NOW,
        "updated_at": NOW,
        **fields,
    }
    return Quarantined(**given)
