"""Leads that their owners did not look after are given to others."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.lead.case import Case
from services.leads.routing import repository
from services.leads.routing.use_cases.open_router import open_routing
from services.leads.routing.use_cases.route_leads import turns_of


async def reroute_leads(connection: AsyncConnection, cases: Sequence[Case], now: datetime) -> list[Case]:
    """Those that another member has from now on, by the rules and as if the owner were not there. Where
    nobody else is eligible the lead stays. The same few statements for each owner."""
    by_owner: defaultdict[UUID | None, list[Case]] = defaultdict(list)
    for case in cases:
        by_owner[case.lead.owner_id].append(case)
    moved: list[Case] = []
    for owner_id, owned in by_owner.items():
        routing = await open_routing(connection, now=now, without=owner_id)
        decided = await routing.route(connection, [case.lead for case in owned])
        given = {lead_id: each for lead_id, each in decided.items() if each.outcome == "assigned"}
        for case in owned:
            if case.lead.id in given:
                case.add(given[case.lead.id].change(case.lead, now=now))
                moved.append(case)
        if given:
            decisions = [
                (lead_id, replace(each, beside={**each.beside, "previous_owner_id": owner_id}))
                for lead_id, each in given.items()
            ]
            await repository.add_traces(connection, decisions, by="system", now=now)
            await repository.take_turns(connection, turns_of(decisions), now)
    return moved
