"""Members and teams become rows, one for each thing told. Repeats and late arrivals are harmless."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.known_at import known_at
from services.forecast.structure.tables import member_fact, team_fact
from shared.contracts.envelope import Envelope
from shared.contracts.events.gateway_member import MemberState
from shared.contracts.events.gateway_team import TeamState
from shared.persistence.bulk import insert_rows


async def record_members(connection: AsyncConnection, told: Sequence[tuple[MemberState, Envelope]]) -> None:
    """Keep each state with both its times."""
    rows = [
        {"id": event.member_id, "team_id": event.team_id, "role": event.role, **_told(event, envelope)}
        for event, envelope in told
    ]
    await _keep(connection, member_fact, rows)


async def record_teams(connection: AsyncConnection, told: Sequence[tuple[TeamState, Envelope]]) -> None:
    """Keep each state with both its times."""
    rows = [
        {"id": event.team_id, "parent_id": event.parent_id, "name": event.name, **_told(event, envelope)}
        for event, envelope in told
    ]
    await _keep(connection, team_fact, rows)


def _told(event: MemberState | TeamState, envelope: Envelope) -> dict[str, Any]:
    return {
        "sequence": envelope.sequence,
        "valid_from": envelope.time,
        "known_at": known_at(envelope),
        "active": event.active,
    }


async def _keep(connection: AsyncConnection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """What was there before these tables came without its times: told again, it gets them."""
    keys = ("id", "sequence")
    by_key = {(row["id"], row["sequence"]): row for row in rows}
    new = insert_rows(table, [by_key[key] for key in sorted(by_key)])
    await connection.execute(
        new.on_conflict_do_update(
            index_elements=keys,
            set_={name: new.excluded[name] for name in rows[0] if name not in keys},
            where=table.c.valid_from != new.excluded.valid_from,
        )
    )
