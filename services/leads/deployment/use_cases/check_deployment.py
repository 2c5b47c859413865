"""Whether people are where the work is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.deployment import queries
from services.leads.deployment.domain import Limits, Workload
from services.leads.deployment.schemas import Deployment, SellerDeployment, TerritoryDeployment
from services.leads.lead.use_cases.count_open_leads import count_open_leads
from services.leads.seller.use_cases.load_desks import load_desks
from services.leads.tables import ORGANISATION
from services.leads.territory.domain import Territory
from services.leads.territory.use_cases.read_atlas import territories_with_workers
from shared.contracts.identity import Identity
from shared.contracts.periods import Period
from shared.organisation.queries import load_organisation
from shared.reporting.asked import Asked, question_of
from shared.reporting.figures import MOST_GROUPS, Meanings, defined, money, period_shown

_MEANINGS: Meanings = {
    "open_leads": ("New, contacted and qualified leads, as they stand now: owned, or lying in it.", None),
    "accounts": ("Accounts owned; of a territory those it names and those its leads became.", None),
    "visits": ("Visits that happened in the period; of a territory those at its leads.", None),
    "open_value": (
        "Open deals owned; of a territory those of its leads; organisation's currency.",
        None,
    ),
    "capacity": ("Most open leads by the profile; of a territory of all who work it now.", None),
    "share": ("Open leads", "Capacity"),
    "use": ("`over` where the share is above the limit `over`, `under` where below `under`.", None),
}
Workers = Mapping[UUID, tuple[UUID, ...]]
_ORDER = ("over", "under", "within", "unknown")


@dataclass(frozen=True, slots=True)
class _Frame:
    """What sellers and territories are measured by."""

    period: Period
    currency: str
    limits: Limits
    workers: Workers
    capacities: Mapping[UUID, int | None]

    def figures(
        self, open_leads: int, accounts: int, visits: int, value: Decimal, *, capacity: int | None
    ) -> dict[str, Any]:
        work = Workload(open_leads, capacity)
        return {
            "open_leads": open_leads,
            "accounts": accounts,
            "visits": visits,
            "open_value": money(value, self.currency),
            "capacity": capacity,
            "share": work.share,
            "use": work.use(self.limits),
        }

    def together(self, members: Sequence[UUID]) -> int | None:
        """The capacity of all of them; None when one has no limit, or there is nobody."""
        each = [self.capacities.get(member) for member in members]
        known = [one for one in each if one is not None]
        return sum(known) if each and len(known) == len(each) else None


async def check_deployment(
    connection: AsyncConnection, identity: Identity, asked: Asked, limits: Limits, *, now: datetime
) -> Deployment:
    """Active reps within the caller's scope, and the territories that these work or the caller manages. About
    twelve queries, however many there are."""
    organisation = await load_organisation(connection, ORGANISATION)
    period = question_of(asked, organisation.calendar, now=now).period
    currency = organisation.base_currency
    members = await queries.sellers_of(connection, identity)
    territories, workers = await territories_with_workers(connection, now)
    seen = [each for each in territories if _concerns(identity, each, workers, set(members))]
    staff = {member for each in seen for member in workers.get(each.territory_id, ())}
    desks = await load_desks(connection, {*members, *staff}, now)
    capacities = {member: desk.seller.capacity for member, desk in desks.items()}
    frame = _Frame(period, currency, limits, workers, capacities)
    shown_sellers = await _sellers(connection, members, frame)
    shown_territories = await _territories(connection, seen, frame)
    when = f"As it stands now; visits from {period.starts_on} to {period.ends_on}."
    return Deployment(
        period=period_shown(period),
        currency=currency,
        under=limits.under,
        over=limits.over,
        sellers=shown_sellers[:MOST_GROUPS],
        sellers_left_out=max(0, len(shown_sellers) - MOST_GROUPS),
        territories=shown_territories[:MOST_GROUPS],
        territories_left_out=max(0, len(shown_territories) - MOST_GROUPS),
        definitions=defined(_MEANINGS, when),
    )


def _concerns(identity: Identity, territory: Territory, workers: Workers, members: set[UUID]) -> bool:
    mine = identity.scope == "all" or territory.manager_id == identity.member_id
    return mine or not members.isdisjoint(workers.get(territory.territory_id, ()))


async def _sellers(
    connection: AsyncConnection, members: Sequence[UUID], frame: _Frame
) -> list[SellerDeployment]:
    leads = await count_open_leads(connection, members)
    accounts = await queries.accounts_by_owner(connection, members)
    visits = await queries.visits_by_owner(connection, members, frame.period)
    values = await queries.value_by_owner(connection, members, currency=frame.currency)
    found = [
        SellerDeployment(
            member_id=member,
            territory_ids=sorted(each for each, working in frame.workers.items() if member in working),
            **frame.figures(
                leads.get(member, 0),
                accounts.get(member, 0),
                visits.get(member, 0),
                values.get(member, Decimal(0)),
                capacity=frame.capacities.get(member),
            ),
        )
        for member in members
    ]
    return sorted(found, key=lambda each: (_ORDER.index(each.use), -each.open_leads, each.member_id))


async def _territories(
    connection: AsyncConnection, territories: Sequence[Territory], frame: _Frame
) -> list[TerritoryDeployment]:
    ids = [each.territory_id for each in territories]
    leads = await queries.leads_by_territory(connection, ids)
    visits = await queries.visits_by_territory(connection, ids, frame.period)
    values = await queries.value_by_territory(connection, ids, currency=frame.currency)
    found = []
    for each in territories:
        working = frame.workers.get(each.territory_id, ())
        open_leads, became = leads.get(each.territory_id, (0, 0))
        shown = TerritoryDeployment(
            territory_id=each.territory_id,
            name=each.name,
            member_ids=list(working),
            workload_hours=each.workload_hours,
            **frame.figures(
                open_leads,
                became + len(each.criteria.get("account_ids", ())),
                visits.get(each.territory_id, 0),
                values.get(each.territory_id, Decimal(0)),
                capacity=frame.together(working),
            ),
        )
        found.append(shown)
    return sorted(found, key=lambda each: (_ORDER.index(each.use), -each.open_leads, each.name))
