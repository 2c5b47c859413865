"""The beginning of every query over deals: which of them, what each is worth, and what it is split by."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    FromClause,
    Select,
    Subquery,
    and_,
    case,
    cast,
    func,
    null,
    select,
    true,
    type_coerce,
)
from sqlalchemy import Uuid as UuidType

from services.forecast.deal_ledger.queries import deals
from services.forecast.deal_sample.schemas import Cut, Split
from services.forecast.lead_ledger.queries import latest_territory_of, places_of_leads
from services.forecast.structure.queries import structure_of
from services.forecast.territory.queries import named_accounts
from shared.contracts.identity import Identity
from shared.organisation.queries import owned_by_team
from shared.organisation.scope import owner_scope
from shared.organisation.tables import Structure
from shared.reporting.asked import Moment


@dataclass(frozen=True, slots=True)
class Sample:
    """`value` is a deal's amount in the currency asked for, null where it has none; `key` what it is split
    by."""

    deal: Subquery
    table: FromClause
    conditions: tuple[ColumnElement[bool], ...]
    value: ColumnElement[Decimal | None]
    key: ColumnElement[UUID | None]

    def select(self, *columns: ColumnElement[Any]) -> Select[Any]:
        """These columns of the deals."""
        return select(*columns).select_from(self.table).where(*self.conditions)


def sample_of(
    caller: Identity, cut: Cut, currency: str, *, moment: Moment | None = None, split: Split | None = None
) -> Sample:
    """What the caller may see, as it stands or stood, in the teams of then. Territories are those of now."""
    deal = deals() if moment is None else deals(moment.as_of, moment.known_at)
    table, key = _split(deal, split)
    in_currency = case((deal.c.base_currency == currency, deal.c.base_amount))
    return Sample(deal, table, _chosen(deal, cut, caller, structure_of(moment)), in_currency, key)


def within(instant: ColumnElement[datetime | None], begins: datetime, ends: datetime) -> ColumnElement[bool]:
    """From `begins` on and before `ends`."""
    return and_(instant >= begins, instant < ends)


def local_month(instant: ColumnElement[Any], time_zone: str) -> ColumnElement[date]:
    """The first day of the month in which the instant lies, by the clock of the time zone."""
    return cast(func.date_trunc("month", func.timezone(time_zone, instant)), Date)


def month_of(day: ColumnElement[Any]) -> ColumnElement[date]:
    """The first day of the month of a date."""
    return cast(func.date_trunc("month", day), Date)


def _chosen(
    deal: Subquery, cut: Cut, caller: Identity, structure: Structure
) -> tuple[ColumnElement[bool], ...]:
    conditions = [owner_scope(structure, caller, deal.c.owner_id)]
    if cut.owner_id is not None:
        conditions.append(deal.c.owner_id == cut.owner_id)
    if cut.product_id is not None:
        conditions.append(deal.c.product_id == cut.product_id)
    if cut.team_id is not None:
        conditions.append(owned_by_team(structure, deal.c.owner_id, cut.team_id))
    return tuple(conditions)


def _split(deal: Subquery, split: Split | None) -> tuple[FromClause, ColumnElement[UUID | None]]:
    if split == "owner":
        return deal, deal.c.owner_id
    if split == "product":
        return deal, deal.c.product_id
    if split is None:
        return deal, type_coerce(null(), UuidType)
    named, lead, latest = named_accounts(), places_of_leads(), latest_territory_of(deal.c.account_id)
    table = (
        deal.outerjoin(named, named.c.account_id == deal.c.account_id)
        .outerjoin(lead, lead.c.lead_id == deal.c.lead_id)
        .outerjoin(latest, true())
    )
    return table, func.coalesce(named.c.territory_id, lead.c.territory_id, latest.c.territory_id)
