"""Which records are the same as others, by the rules in use."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.matching import queries, repository
from services.leads.matching.domain import Found, Likeness, Rule, best_match


async def find_matches(
    connection: AsyncConnection, asked: Sequence[Likeness], rules: Sequence[Rule] | None = None
) -> dict[UUID, list[Found]]:
    """For each record asked about what is the same, the likest first. Two queries, however many are asked
    about. `rules`: others than those in use."""
    used = await repository.active_rules(connection) if rules is None else rules
    possible = await queries.candidates(connection, used, asked)
    return {each.record_id: _scored(used, each, possible.get(each.record_id, [])) for each in asked}


def _scored(rules: Sequence[Rule], asked: Likeness, others: Sequence[Likeness]) -> list[Found]:
    found = [Found(other, match) for other in others if (match := best_match(rules, asked, other))]
    return sorted(found, key=lambda each: (-each.match.score, each.other.record_id))


async def likeness_of(connection: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, Likeness]:
    """What these records are recognised by."""
    return await queries.keys_of(connection, ids)


async def likenesses_after(connection: AsyncConnection, after: UUID, *, most: int) -> list[Likeness]:
    """The next active records of all kinds, in the order of their ids."""
    return await queries.keys_after(connection, after, most=most)


async def count_likenesses(connection: AsyncConnection) -> int:
    """How many active records of all kinds there are."""
    return await queries.count_keys(connection)


async def follow_account_names(connection: AsyncConnection, account_ids: Sequence[UUID]) -> list[UUID]:
    """Contacts are recognised by what their account is called now; answers the contacts that changed."""
    return await repository.rename_employer(connection, account_ids) if account_ids else []
