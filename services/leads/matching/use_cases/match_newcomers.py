"""Records that are about to come in are compared while nobody else brings in the same."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.matching import repository
from services.leads.matching.domain import Found, Likeness
from services.leads.matching.newcomers import Newcomers, signs
from services.leads.matching.use_cases.find_matches import find_matches


async def match_newcomers(
    connection: AsyncConnection, asked: Sequence[Likeness]
) -> tuple[Mapping[UUID, Sequence[Found]], Newcomers]:
    """For each what is there and the same, and where to ask for those of them that come in before it.

    Four queries, however many are asked about. Needs a transaction: until it ends nobody else gets an answer
    about a record that shares a word or value with one of these.
    """
    rules = await repository.active_rules(connection)
    await repository.one_at_a_time(connection, {sign for each in asked for sign in signs(rules, each)})
    return await find_matches(connection, asked, rules), Newcomers(rules)
