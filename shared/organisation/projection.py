"""The gateway's events become the replica rows. Fed late or twice, a row still ends at its newest version."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.contracts.envelope import Envelope
from shared.contracts.events.gateway_member import MemberChanged, MemberJoined, MemberState
from shared.contracts.events.gateway_organisation import (
    ExchangeRatesSet,
    OpenHours,
    OrganisationChanged,
    OrganisationState,
)
from shared.contracts.events.gateway_team import TeamChanged, TeamCreated, TeamState
from shared.messaging.consumer import Handlers, each
from shared.organisation.tables import OrganisationTables
from shared.working_time.domain import WEEKDAYS


def organisation_handlers(tables: OrganisationTables) -> Handlers:
    """What a service's worker subscribes with, to keep its replica of the organisation."""

    async def on_member(connection: AsyncConnection, event: MemberState, envelope: Envelope) -> None:
        row = {"id": event.member_id, "team_id": event.team_id, "role": event.role, "active": event.active}
        await _upsert(connection, tables.member, row, envelope.sequence)

    async def on_team(connection: AsyncConnection, event: TeamState, envelope: Envelope) -> None:
        row = {"id": event.team_id, "parent_id": event.parent_id, "name": event.name, "active": event.active}
        await _upsert(connection, tables.team, row, envelope.sequence)

    async def on_organisation(
        connection: AsyncConnection, event: OrganisationState, envelope: Envelope
    ) -> None:
        row = {
            "id": event.organisation_id,
            "name": event.name,
            "base_currency": event.base_currency,
            "time_zone": event.time_zone,
            "fiscal_year_start_month": event.fiscal_year_start_month,
            "working_days": list(event.working_days),
            "working_hours": _written(event.working_hours),
            "closed_days": list(event.closed_days),
        }
        await _upsert(connection, tables.organisation, row, envelope.sequence)

    async def on_rates(connection: AsyncConnection, event: ExchangeRatesSet, envelope: Envelope) -> None:
        await on_organisation(connection, event, envelope)
        if event.rates:
            rates = insert(tables.exchange_rate).values([rate.model_dump() for rate in event.rates])
            await connection.execute(
                rates.on_conflict_do_update(
                    index_elements=["currency", "valid_from"], set_={"rate": rates.excluded.rate}
                )
            )

    return {
        MemberJoined: each(on_member),
        MemberChanged: each(on_member),
        TeamCreated: each(on_team),
        TeamChanged: each(on_team),
        OrganisationChanged: each(on_organisation),
        ExchangeRatesSet: each(on_rates),
    }


def _written(hours: Sequence[OpenHours] | None) -> dict[str, Any] | None:
    """As `shared.working_time` reads a week."""
    if hours is None:
        return None
    week: dict[str, list[dict[str, str]]] = {}
    for stretch in hours:
        of_day = week.setdefault(WEEKDAYS[stretch.weekday - 1], [])
        of_day.append({"start": stretch.start, "end": stretch.end})
    return week


async def _upsert(connection: AsyncConnection, table: Table, row: dict[str, Any], sequence: int) -> None:
    new = insert(table).values(**row, sequence=sequence)
    await connection.execute(
        new.on_conflict_do_update(
            index_elements=["id"],
            set_={**{name: new.excluded[name] for name in row if name != "id"}, "sequence": sequence},
            where=table.c.sequence < new.excluded.sequence,
        )
    )
