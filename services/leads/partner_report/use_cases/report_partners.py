"""What partners brought, and what they are due."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.partner.domain import KnownPartner
from services.leads.partner.queries import partners
from services.leads.partner_program.domain import PartnerProgram
from services.leads.partner_program.use_cases.keep_programs import ALL_PROGRAMS, programs_by_id
from services.leads.partner_report import queries
from services.leads.partner_report.domain import Brought
from services.leads.partner_report.schemas import OwnReport, PartnerResults, PartnerShown
from services.leads.tables import ORGANISATION
from shared.contracts.identity import Identity
from shared.contracts.periods import Period
from shared.organisation.queries import load_organisation
from shared.reporting.asked import Asked, question_of
from shared.reporting.figures import MOST_GROUPS, Meanings, defined, known_money, money, period_shown

_MEANINGS: Meanings = {
    "sent": ("Accepted, duplicate and quarantined together: each reference of a partner once.", None),
    "accepted": ("Leads pushed in the period, without duplicates and those put away.", None),
    "duplicate": ("Leads pushed in the period that are like an older one or were merged into another.", None),
    "quarantined": ("Pushes of the period that wait in quarantine or were discarded there.", None),
    "converted": ("Accepted leads that became an account and a contact, whenever that was.", None),
    "conversion": ("Converted", "Accepted"),
    "won_deals": (
        "Deals won in the period that came of the partner's leads, whenever pushed.",
        None,
    ),
    "won_revenue": ("Amount of those deals, in the organisation's currency.", None),
    "tier": ("The highest tier of the programme that the won revenue reaches.", None),
    "commission_due": ("Won revenue times the reward rate of the tier, half-even to the cent.", None),
}


@dataclass(frozen=True, slots=True)
class _Found:
    period: Period
    currency: str
    known: dict[UUID, KnownPartner]
    brought: dict[UUID, Brought]
    programs: dict[UUID, PartnerProgram]

    def shown(self, partner_id: UUID) -> PartnerShown:
        known = self.known.get(partner_id)
        brought = self.brought.get(partner_id, Brought())
        program = self.programs.get(known.program_id) if known and known.program_id else None
        tier = brought.tier(program, self.currency)
        return PartnerShown(
            partner_id=partner_id,
            name=known.name if known else None,
            kind=known.kind if known else None,
            active=known.active if known else None,
            program_id=known.program_id if known else None,
            tier=tier.name if tier else None,
            reward_rate=tier.reward_rate if tier else None,
            commission_due=known_money(brought.commission(program, self.currency), self.currency),
            **_figures(brought, self.currency),
        )

    def beside(self) -> dict[str, Any]:
        """What stands beside the figures."""
        when = f"{self.period.name}: from {self.period.starts_on} to {self.period.ends_on}."
        return {
            "period": period_shown(self.period),
            "currency": self.currency,
            "definitions": defined(_MEANINGS, when),
        }


async def report_partners(
    connection: AsyncConnection, identity: Identity, asked: Asked, program_id: UUID | None, *, now: datetime
) -> PartnerResults:
    """All partners, or the members of a programme, within the caller's scope. Seven queries. Refuses with
    `partner_program_not_found`."""
    if program_id is not None:
        await ALL_PROGRAMS.find(connection, program_id)
    found = await _find(connection, identity, asked, now, program_id=program_id)
    ids = found.known.keys() if program_id is not None else found.known.keys() | found.brought.keys()
    items = [found.shown(partner_id) for partner_id in ids]
    items.sort(key=lambda each: (-each.won_revenue.amount, -each.sent, each.partner_id))
    due = sum((each.commission_due.amount for each in items if each.commission_due), Decimal(0))
    whole = _sum(found.brought[partner_id] for partner_id in ids if partner_id in found.brought)
    return PartnerResults(
        program_id=program_id,
        members=len(items),
        commission_due=money(due, found.currency),
        partners=items[:MOST_GROUPS],
        partners_left_out=max(0, len(items) - MOST_GROUPS),
        **_figures(whole, found.currency),
        **found.beside(),
    )


async def report_to_partner(
    connection: AsyncConnection, identity: Identity, partner_id: UUID, asked: Asked, *, now: datetime
) -> OwnReport:
    """The partner's own figures."""
    found = await _find(connection, identity, asked, now, partner_id=partner_id)
    return OwnReport(**dict(found.shown(partner_id)), **found.beside())


async def _find(
    connection: AsyncConnection,
    identity: Identity,
    asked: Asked,
    now: datetime,
    *,
    partner_id: UUID | None = None,
    program_id: UUID | None = None,
) -> _Found:
    organisation = await load_organisation(connection, ORGANISATION)
    period = question_of(asked, organisation.calendar, now=now).period
    currency = organisation.base_currency
    return _Found(
        period,
        currency,
        await partners(connection, partner_id=partner_id, program_id=program_id),
        await queries.brought(connection, identity, period, currency=currency),
        await programs_by_id(connection),
    )


def _sum(parts: Iterable[Brought]) -> Brought:
    found = list(parts)
    return Brought(*(sum((getattr(part, each.name) for part in found), start=0) for each in fields(Brought)))


def _figures(brought: Brought, currency: str) -> dict[str, Any]:
    counted = ("sent", "accepted", "duplicate", "quarantined", "converted", "conversion", "won_deals")
    return {
        **{name: getattr(brought, name) for name in counted},
        "won_revenue": money(brought.won_revenue, currency),
    }
