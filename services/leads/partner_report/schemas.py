"""Answers about what partners brought."""

from uuid import UUID

from pydantic import BaseModel

from shared.contracts.events.gateway_partner import PartnerKind
from shared.contracts.money import Money
from shared.reporting.schemas import DefinitionOut, PeriodOut, Ratio


class PartnerFigures(BaseModel):
    """`conversion` is null when nothing was accepted."""

    sent: int
    accepted: int
    duplicate: int
    quarantined: int
    converted: int
    conversion: Ratio | None
    won_deals: int
    won_revenue: Money


class PartnerShown(PartnerFigures):
    """One partner. `name` and `kind` are null until the gateway has told of it; `tier`, `reward_rate` and
    `commission_due` are null without a programme, the first two also below its first tier."""

    partner_id: UUID
    name: str | None
    kind: PartnerKind | None
    active: bool | None
    program_id: UUID | None
    tier: str | None
    reward_rate: Ratio | None
    commission_due: Money | None


class PartnerResults(PartnerFigures):
    """All partners asked about, the most revenue first, and all of them together."""

    period: PeriodOut
    currency: str
    program_id: UUID | None
    members: int
    commission_due: Money
    partners: list[PartnerShown]
    partners_left_out: int
    definitions: dict[str, DefinitionOut]


class OwnReport(PartnerShown):
    """The report for a partner itself."""

    period: PeriodOut
    currency: str
    definitions: dict[str, DefinitionOut]
