"""What would be found: nothing is written."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.duplicate.domain import DuplicateError
from services.leads.duplicate.records import shown
from services.leads.duplicate.schemas import Search
from services.leads.lead.use_cases.show_duplicates import show_duplicates
from services.leads.matching.domain import Kind, Likeness
from services.leads.matching.normal_forms import (
    company_form,
    domain_of_email,
    domain_of_website,
    email_form,
    folded,
    person_form,
)
from services.leads.matching.use_cases.find_matches import find_matches, likeness_of
from services.leads.person.domain import full_name
from shared.contracts.identity import Identity
from shared.contracts.ids import new_id

MOST = 100


async def duplicates_of(
    connection: AsyncConnection, identity: Identity, kind: Kind, record_id: UUID
) -> list[dict[str, Any]]:
    """What is the same as a record. Refuses `lead_not_found` ... unless the caller may see it."""
    if not await shown(connection, identity, kind, [record_id]):
        raise DuplicateError(f"{kind}_not_found", f"There is no such {kind}.")
    asked = (await likeness_of(connection, [record_id])).get(record_id)
    return await _matches(connection, identity, asked) if asked is not None else []


async def search_duplicates(
    connection: AsyncConnection, identity: Identity, body: Search
) -> list[dict[str, Any]]:
    """What is the same as the record named, or as one with these values."""
    if body.id is not None:
        return await duplicates_of(connection, identity, body.kind, body.id)
    person = full_name(body.first_name, body.last_name) or body.name
    company = body.name if body.kind == "account" else body.company
    asked = Likeness(
        kind=body.kind,
        record_id=new_id(),
        email=email_form(body.email),
        email_domain=domain_of_email(body.email) or domain_of_website(body.website),
        phone=body.phone,
        company=company_form(company),
        name=None if body.kind == "account" else person_form(person),
        city=folded(body.city or "") or None,
        country=body.country,
    )
    return await _matches(connection, identity, asked)


async def _matches(connection: AsyncConnection, identity: Identity, asked: Likeness) -> list[dict[str, Any]]:
    found = (await find_matches(connection, [asked]))[asked.record_id][:MOST]
    return (await show_duplicates(connection, identity, {asked.record_id: found}))[asked.record_id]


def found_list(found: Sequence[dict[str, Any]], shape: type[BaseModel]) -> dict[str, Any]:
    """As it is answered."""
    return shape.model_validate({"items": found}, from_attributes=True).model_dump(mode="json")
