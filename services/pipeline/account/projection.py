"""Account events become rows. Fed late or twice, a row still ends at its newest version."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.account.tables import known_account
from shared.contracts.envelope import Envelope
from shared.contracts.events.leads_account import AccountState
from shared.persistence.bulk import insert_rows


async def record_accounts(connection: AsyncConnection, told: Sequence[tuple[AccountState, Envelope]]) -> None:
    """Keep the newest of each account, all with one statement, in the order of their ids."""
    newest: dict[str, dict[str, object]] = {}
    for event, envelope in sorted(told, key=lambda each: each[1].sequence):
        row = {
            "id": event.account_id,
            "name": event.name,
            "sequence": envelope.sequence,
            "archived_at": event.archived_at,
            "merged_into": event.merged_into,
            "country": event.country,
            "industry": event.industry,
            "segment": event.segment,
        }
        newest[str(event.account_id)] = row
    new = insert_rows(known_account, [newest[key] for key in sorted(newest)])
    await connection.execute(
        new.on_conflict_do_update(
            index_elements=["id"],
            set_={each.name: new.excluded[each.name] for each in known_account.c if each.name != "id"},
            where=known_account.c.sequence < new.excluded.sequence,
        )
    )
