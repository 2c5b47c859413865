"""New leads of sources whose policy is to block do not come in when they look like something."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.duplicate_policy.domain import Newcomer, Policies
from services.leads.matching.domain import Found
from services.leads.matching.use_cases.match_newcomers import match_newcomers


def must_be_compared(newcomers: Sequence[Newcomer], policies: Policies) -> list[Newcomer]:
    """Those that may be barred."""
    return [each for each in newcomers if not each.allowed and policies.of(each.source).action == "block"]


async def bar_duplicates(
    connection: AsyncConnection, newcomers: Sequence[Newcomer], policies: Policies
) -> dict[UUID, list[Found]]:
    """For each that is barred what it looks like, the likest first: what is there, and those before it that
    come in. Needs a transaction, see `match_newcomers`; four queries, none when nothing may be barred."""
    judged = must_be_compared(newcomers, policies)
    if not judged:
        return {}
    there, coming = await match_newcomers(connection, [each.likeness for each in judged])
    ids = {each.likeness.record_id for each in judged}
    barred: dict[UUID, list[Found]] = {}
    for each in newcomers:
        like = each.likeness
        if like.record_id in ids:
            found = [*there[like.record_id], *coming.like(like)]
            against = [one for one in found if policies.of(each.source).bars(one)]
            if against:
                barred[like.record_id] = sorted(against, key=lambda one: -one.match.score)
                continue
        coming.add(like)
    return barred
