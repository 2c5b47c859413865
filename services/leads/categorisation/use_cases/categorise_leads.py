"""Many leads get their category: by the rules while they are looked at, or by a member all at once."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.categorisation.domain import judge, ready
from services.leads.categorisation.repository import active_rules
from services.leads.categorisation.schemas import CategoriseItem
from services.leads.category.use_cases.check_categories import unknown_categories, unknown_category
from services.leads.expression.lead_facts import lead_facts
from services.leads.lead.case import Case
from services.leads.lead.domain import Lead
from services.leads.lead.use_cases.change_lead import change_leads
from services.leads.record.domain import Change
from services.leads.record.use_cases.upsert_batch import Outcome
from shared.contracts.identity import Identity


async def categorise_by_rules(connection: AsyncConnection, cases: Sequence[Case], now: datetime) -> None:
    """A step of triage and of every later look. Where a member has decided, nothing is asked."""
    rules = await active_rules(connection)
    unusable = await unknown_categories(connection, [rule.category for rule in rules])
    asked = ready(rule for rule in rules if rule.category not in unusable)
    for case in cases:
        lead = case.lead
        if lead.category_by == "member" or (not asked and lead.category_by is None):
            continue
        verdict = judge(asked, lead_facts(lead, now))
        case.add(
            lead.categorise(verdict.category, verdict.reason, by="rule", rule_id=verdict.rule_id, now=now)
        )


async def categorise_batch(
    connection: AsyncConnection,
    identity: Identity,
    items: Sequence[tuple[int, CategoriseItem]],
    *,
    now: datetime,
) -> list[Outcome[Lead]]:
    """What became of each: updated, unchanged or refused. A handful of statements for all of them."""
    unknown = await unknown_categories(connection, [item.category for _, item in items])

    def decide(lead: Lead, item: CategoriseItem) -> Change[Lead] | None:
        if item.category in unknown:
            raise unknown_category()
        return lead.categorise(item.category, item.reason, by="member", now=now)

    wanted = [(index, item.lead_id, item) for index, item in items]
    return await change_leads(connection, identity, wanted, decide)
