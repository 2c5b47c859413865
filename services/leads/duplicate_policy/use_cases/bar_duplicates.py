"""New leads of sources whose policy is to block do not come in when they look like something."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.duplicate_policy.domain import Newcomer, Policies
from services.leads.matching.domain import Found
from services.leads.matching.use_cases.match_newcomers import match_newcomers


def must_be_compared(newcomers: Sequence[Newcomer], policies: Policies) -> list[Newcomer]:
    """Those that may be barred."""
    return [each for each in newcomers if not each.allowed and policies.of(each.source).action == "block"]


Past = Callable[[Collection[UUID]], Awaitable[Collection[UUID]]]
"""Of these leads those that have ended, and the contacts and accounts they became."""


async def bar_duplicates(
    connection: AsyncConnection, newcomers: Sequence[Newcomer], policies: Policies, past: Past
) -> dict[UUID, list[Found]]:
    """For each that is barred what it looks like, the likest first: what is there, and those before it that
    come in. Needs a transaction, see `match_newcomers`; five queries, none when nothing may be barred."""
    judged = must_be_compared(newcomers, policies)
    if not judged:
        return {}
    there, coming = await match_newcomers(connection, [each.likeness for each in judged])
    leads = {one.other.record_id for found in there.values() for one in found if one.other.kind == "lead"}
    over = await past(leads) if leads else ()
    ids = {each.likeness.record_id for each in judged}
    barred: dict[UUID, list[Found]] = {}
    for each in newcomers:
        like = each.likeness
        if like.record_id in ids:
            found = [*there[like.record_id], *coming.like(like)]
            policy = policies.of(each.source)
            counted = [one for one in found if policy.count_ended or one.other.record_id not in over]
            against = [one for one in counted if policy.bars(one)]
            if against:
                barred[like.record_id] = sorted(against, key=lambda one: -one.match.score)
                continue
        coming.add(like)
    return barred
