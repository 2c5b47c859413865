"""Everything routing goes by, as it stands now: a handful of queries for any number of leads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.account.use_cases.find_owners import Employer, OwnedAccount, accounts_of
from services.leads.expression.domain import Facts
from services.leads.expression.lead_facts import lead_facts
from services.leads.lead.domain import Lead
from services.leads.queue.use_cases.find_queues import find_default
from services.leads.routing import queries, repository
from services.leads.routing.candidate import Candidate
from services.leads.routing.conditions import condition_of, preference_of
from services.leads.routing.domain import Decision
from services.leads.routing.router import Router
from services.leads.routing.subject import ActiveRule, Placement, Subject
from services.leads.routing.use_cases.count_loads import count_loads
from services.leads.routing_rule.use_cases.load_rules import load_rules
from services.leads.seller.desk import Desk
from services.leads.seller.use_cases.load_desks import load_desks
from services.leads.territory.atlas import Atlas
from services.leads.territory.use_cases.read_atlas import read_atlas
from shared.contracts.identity import Identity


@dataclass(frozen=True, slots=True)
class Routing:
    """The router and what it was opened for. `by_account`: somebody asks for the lead's account."""

    router: Router
    now: datetime
    by_account: bool
    atlas: Atlas | None

    async def route(self, connection: AsyncConnection, leads: Sequence[Lead]) -> dict[UUID, Decision]:
        """The decisions about these leads by id, taken in their order."""
        employers = {lead.id: Employer(lead.company, lead.email) for lead in leads if self.by_account}
        accounts = await accounts_of(connection, employers)
        return {lead.id: self.router.route(self._subject(lead, accounts.get(lead.id))) for lead in leads}

    def _subject(self, lead: Lead, account: OwnedAccount | None) -> Subject:
        facts = lead_facts(lead, self.now)
        return Subject(
            lead,
            facts,
            placement=self._placement(lead, facts, account),
            account_owner_id=account.owner_id if account else None,
            account_known_by=account.known_by if account else None,
        )

    def _placement(self, lead: Lead, facts: Facts, account: OwnedAccount | None) -> Placement | None:
        if self.atlas is None:
            return None
        place = self.atlas.place(lead, facts, account.id if account else None)
        if place is None:
            return None
        territory_id = place.territory.territory_id
        why = f"{place.territory.name}: {place.why}"
        return Placement(territory_id, why, self.atlas.workers(territory_id))


async def open_routing(
    connection: AsyncConnection,
    *,
    now: datetime,
    alone: bool = True,
    caller: Identity | None = None,
    territory_version: int | None = None,
    without: UUID | None = None,
) -> Routing:
    """`alone`: nobody else routes until the transaction ends. `caller`: whose reach limits the candidates.
    `territory_version`: the active one unless named. `without`: a member who gets nothing."""
    if alone:
        await repository.wait_for_mine(connection)
    atlas = await read_atlas(connection, now, territory_version)
    everybody = await _candidates(connection, now, atlas)
    candidates = [each for each in everybody if each.member_id != without]
    rules = [
        ActiveRule(rule, condition_of(rule.condition), teams) for rule, teams in await load_rules(connection)
    ]
    within = caller is not None and caller.scope == "subtree"
    router = Router(
        candidates,
        rules,
        default_queue_id=await find_default(connection),
        reach=frozenset(caller.team_ids) if caller is not None and within else None,
    )
    by_account = any(each.rule.action["type"] == "account_owner" for each in rules)
    return Routing(router, now, by_account or (atlas is not None and atlas.by_account), atlas)


async def _candidates(connection: AsyncConnection, now: datetime, atlas: Atlas | None) -> list[Candidate]:
    members = await queries.members_in_line(connection)
    desks = await load_desks(connection, [member["id"] for member in members], now)
    candidates = [_candidate(member, desks[member["id"]]) for member in members]
    for territory_id, workers in (atlas.members if atlas else {}).items():
        for each in candidates:
            if each.member_id in workers:
                each.territory_ids |= {territory_id}
    await count_loads(connection, candidates, {member: desk.today_began for member, desk in desks.items()})
    return candidates


def _candidate(member: RowMapping, desk: Desk) -> Candidate:
    return Candidate(
        UUID(
            int=member["id"].int
        ),  # not the driver's own kind, which is slow to write into thousands of traces
        desk.seller,
        team_id=member["team_id"],
        is_rep=member["role"] == "rep",
        active=member["active"],
        away_until=desk.away_until,
        at_work=desk.at_work,
        closed_today=desk.closed_today,
        prefers=preference_of(desk.seller.preferred),
        turn=member["turn"],
    )
