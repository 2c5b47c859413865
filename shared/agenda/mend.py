"""What a person does about the agenda: `python -m shared.messaging.mend SERVICE agenda`, `agenda-retry`."""

from datetime import UTC, datetime

from shared.agenda import repository
from shared.messaging.worker import MendCommand
from shared.persistence.database import Database


async def show(database: Database) -> int:
    """How far it is behind, and what waits for a person with its last error."""
    async with database.reading() as connection:
        backlog = await repository.backlog(connection, datetime.now(UTC))
        waiting = await repository.set_aside(connection)
    for kind, work in sorted(backlog.items()):
        late = f"{work.overdue} overdue (oldest {work.oldest_seconds:.1f} s)"
        stuck = f"{work.failing} failing, {work.set_aside} set aside"
        print(f"{kind:<28} {work.planned} planned, {late}, {stuck}")
    for each in waiting:
        print(f"{each.since:%Y-%m-%dT%H:%M:%SZ} {each.kind} {each.subject_id} {each.attempts}x {each.error}")
    return 0


async def retry(database: Database) -> int:
    """All of it is due again at once."""
    async with database.transaction() as connection:
        count = await repository.bring_back(connection, datetime.now(UTC))
    print(f"{count} pieces of work are due again")
    return 0


COMMANDS = {
    "agenda": MendCommand("how far planned work is behind, and what was set aside", show),
    "agenda-retry": MendCommand("make all work that was set aside due again", retry),
}
