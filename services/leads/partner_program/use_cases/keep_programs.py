"""Programmes are set up and kept."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import true
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.partner_program.domain import PartnerProgram
from services.leads.partner_program.repository import PROGRAMS
from services.leads.record.domain import Change, edited
from services.leads.record.use_cases.keep_settings import Settings
from services.leads.tables import ORGANISATION
from shared.contracts.ids import new_id
from shared.organisation.queries import load_organisation

ALL_PROGRAMS = Settings(PROGRAMS, "partner_program")


async def add_program(
    connection: AsyncConnection, values: Mapping[str, Any], *, now: datetime
) -> PartnerProgram:
    """The new programme. Refuses a name that is taken, and tiers in another currency or out of order."""
    program = PartnerProgram(id=new_id(), created_at=now, updated_at=now, **values)
    program.check((await load_organisation(connection, ORGANISATION)).base_currency)
    return await ALL_PROGRAMS.add(connection, program, now=now)


async def edit_program(
    connection: AsyncConnection,
    program_id: UUID,
    values: Mapping[str, Any],
    *,
    seen_version: int | None,
    now: datetime,
) -> PartnerProgram:
    """The programme with these values."""
    currency = (await load_organisation(connection, ORGANISATION)).base_currency

    def decide(program: PartnerProgram) -> Change[PartnerProgram] | None:
        change = edited(program, values, now=now)
        if change is not None:
            change.after.check(currency)
        return change

    return await ALL_PROGRAMS.change(connection, program_id, decide, seen_version=seen_version)


async def programs_by_id(connection: AsyncConnection) -> dict[UUID, PartnerProgram]:
    """All programmes, archived ones too: partners may still be their members."""
    return {each.id: each for each in await PROGRAMS.find_where(connection, true())}
