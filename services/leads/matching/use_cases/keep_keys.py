"""What records are recognised by is written by the statement that writes them."""

from collections.abc import Callable, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.agenda.use_cases.plan_beside import planned_again_beside
from services.leads.matching import repository
from services.leads.matching.domain import SEARCH, Likeness
from services.leads.record.domain import Draft, R
from services.leads.record.repository import Beside
from shared.agenda.domain import Due


def keys_beside(drafts: Sequence[Draft[R]], likeness: Callable[[R], Likeness]) -> list[Beside]:
    """The keys of new records and of those whose keys changed; nothing when there are none."""
    changed = [
        draft for draft in drafts if draft.before is None or likeness(draft.before) != likeness(draft.after)
    ]
    return [repository.beside([likeness(draft.after) for draft in changed])] if changed else []


def keys_and_search_beside(drafts: Sequence[Draft[R]], likeness: Callable[[R], Likeness]) -> list[Beside]:
    """The same, and a search for records that are the same, as the next thing to do."""
    keys = keys_beside(drafts, likeness)
    changed = [
        Due(SEARCH, draft.after.id, draft.after.updated_at)
        for draft in drafts
        if likeness(draft.after).active
        and (draft.before is None or likeness(draft.before) != likeness(draft.after))
    ]
    return [*keys, planned_again_beside(changed)] if changed else keys


async def keep_keys(connection: AsyncConnection, keys: Sequence[Likeness]) -> None:
    """Keys of records that are there already."""
    if keys:
        await repository.keep(connection, keys)
