"""`/v1/pipeline/by-rep`."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.pipeline.deal.past import deals_as_of, moment_asked, readable_then
from services.pipeline.deal.rows import DEALS
from services.pipeline.deal.scope import readable_by
from services.pipeline.rep_pipeline.queries import MEMBER, Held, by_owner, reps, total
from services.pipeline.rep_pipeline.schemas import ByRepOut
from services.pipeline.tables import ORGANISATION
from shared.contracts.money import CENT
from shared.organisation.queries import load_organisation, owned_by_team
from shared.organisation.scope import owner_scope
from shared.reporting.figures import Meanings, defined, known_money, money, ratio
from shared.reporting.parameters import AsOf
from shared.web.clock import Now
from shared.web.identity import Caller
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading

router = ServiceRouter(prefix="/v1/pipeline", tags=["pipelines"])
_OPEN = "Open deals with an owner, their amounts in base currency added up"
_WEIGHED = "The same, each amount times the deal's probability"
_REPS = "People listed: active members with the role rep, and whoever else owns an open deal"
_MEANINGS: Meanings = {
    "open_deals": ("Deals neither won nor lost, by their owner", None),
    "open_value": ("Their amounts in base currency, each at the rate of the day it was last valued", None),
    "weighted": ("Amount times probability of those that have both", None),
    "without_amount": ("Open deals without an amount in the present base currency", None),
    "average": (_OPEN, _REPS),
    "average_weighted": (_WEIGHED, _REPS),
}


@router.get(
    "/by-rep",
    response_model=ByRepOut,
    openapi_extra=permission("deals:read"),
    summary="What each person has in the pipeline",
)
async def get_by_rep(
    *,
    pipeline_id: UUID | None = None,
    team_id: UUID | None = None,
    caller: Caller,
    connection: Reading,
    asked: AsOf,
    now: Now,
) -> dict[str, Any]:
    """Open deals, open value and weighted value of each person, in base currency, and the average: total open
    value / reps. Of the deals the caller may list. `team_id` means the team and all teams below it. `as_of`,
    `known_at`: as the deals stood then; people, teams and the base currency are those of today."""
    source, readable = DEALS, await readable_by(connection, caller)
    moment = await moment_asked(connection, asked, now=now)
    if moment is not None:
        source = past = deals_as_of(moment.as_of, moment.known_at)
        readable = readable_then(readable, past)
    where, people = [readable], [owner_scope(ORGANISATION, caller, MEMBER.id)]
    if pipeline_id is not None:
        where.append(source.c.pipeline_id == pipeline_id)
    if team_id is not None:
        where.append(owned_by_team(ORGANISATION, source.c.owner_id, team_id))
        people.append(owned_by_team(ORGANISATION, MEMBER.id, team_id))
    currency = (await load_organisation(connection, ORGANISATION)).base_currency
    held = await by_owner(connection, source, where, currency)
    return {
        "as_of": moment.as_of if moment else now,
        "currency": currency,
        **_shown(held, await reps(connection, people), currency),
        "definitions": defined(_MEANINGS, "As of the instant; nothing belongs to a period."),
    }


def _shown(held: Sequence[Held], sellers: Sequence[UUID], currency: str) -> dict[str, Any]:
    owned = [each for each in held if each.owner_id is not None]
    busy = {each.owner_id for each in owned}
    listed = [*owned, *(Held(seller) for seller in sellers if seller not in busy)]
    mine = total(owned)
    unowned = next((each for each in held if each.owner_id is None), Held(None))
    return {
        "reps": len(listed),
        "average": known_money(ratio(mine.open_value, len(listed), CENT), currency),
        "average_weighted": known_money(ratio(mine.weighted, len(listed), CENT), currency),
        "items": [{"owner_id": each.owner_id, **_figures(each, currency)} for each in listed],
        "unowned": _figures(unowned, currency),
        "totals": _figures(total(held), currency),
    }


def _figures(held: Held, currency: str) -> dict[str, Any]:
    return {
        "open_deals": held.open_deals,
        "open_value": money(held.open_value, currency),
        "weighted": money(held.weighted, currency),
        "without_amount": held.without_amount,
    }
