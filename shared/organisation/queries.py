"""What the replica answers: the calendar, the rates, the members of a team's subtree."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, RowMapping, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.contracts.currencies import Rates
from shared.contracts.errors import DomainError
from shared.contracts.periods import Calendar
from shared.organisation.tables import OrganisationTables, Structure
from shared.working_time.domain import WorkingTime, office_week, read_week


@dataclass(frozen=True, slots=True)
class Organisation:
    """The settings as this service knows them."""

    id: UUID
    name: str
    base_currency: str
    calendar: Calendar
    working: WorkingTime


async def load_organisation(connection: AsyncConnection, tables: OrganisationTables) -> Organisation:
    """The organisation's settings. Refuses with `organisation_unknown` until its first event has come."""
    row = (await connection.execute(select(tables.organisation).limit(1))).mappings().one_or_none()
    if row is None:
        raise DomainError("organisation_unknown", "The organisation is not set up yet; try again shortly.")
    calendar = Calendar(row["time_zone"], row["fiscal_year_start_month"], tuple(row["working_days"]))
    return Organisation(row["id"], row["name"], row["base_currency"], calendar, _working(row))


async def load_working_time(connection: AsyncConnection, tables: OrganisationTables) -> WorkingTime:
    """The organisation's hours and closed days, by one query. Until it is known: Monday to Friday, UTC."""
    known = tables.organisation.c
    query = select(known.time_zone, known.working_days, known.working_hours, known.closed_days).limit(1)
    row = (await connection.execute(query)).mappings().one_or_none()
    if row is None:
        return WorkingTime(office_week(Calendar().working_days), ZoneInfo(Calendar().time_zone))
    return _working(row)


def _working(row: RowMapping) -> WorkingTime:
    own = row["working_hours"]
    week = office_week(tuple(row["working_days"])) if own is None else read_week(own)
    return WorkingTime(week, ZoneInfo(row["time_zone"]), frozenset(row["closed_days"]))


async def load_rates(
    connection: AsyncConnection, tables: OrganisationTables, currencies: Iterable[str], base: str
) -> Rates:
    """The dated rates of these currencies; no query when only the base currency is asked for."""
    foreign = sorted(set(currencies) - {base})
    by_currency: dict[str, list[tuple[date, Decimal]]] = {}
    if foreign:
        rate = tables.exchange_rate.c
        rows = await connection.execute(
            select(rate.currency, rate.valid_from, rate.rate)
            .where(rate.currency.in_(foreign))
            .order_by(rate.currency, rate.valid_from)
        )
        for currency, valid_from, value in rows:
            by_currency.setdefault(currency, []).append((valid_from, value))
    return Rates(base, by_currency)


def subtree_of(tables: Structure, team_id: UUID) -> Select[tuple[UUID]]:
    """The ids of a team and every team below it, as a subquery."""
    team = tables.team
    tree = select(team.c.id).where(team.c.id == team_id).cte(recursive=True)
    tree = tree.union(select(team.c.id).join(tree, team.c.parent_id == tree.c.id))
    return select(tree.c.id)


def teams_above(tables: Structure, team_id: ColumnElement[UUID | None]) -> Select[tuple[UUID]]:
    """The ids of a team and every team above it, as a subquery."""
    team = tables.team
    tree = select(team.c.id, team.c.parent_id).where(team.c.id == team_id).cte("above", recursive=True)
    tree = tree.union(select(team.c.id, team.c.parent_id).join(tree, team.c.id == tree.c.parent_id))
    return select(tree.c.id)


def owned_by_team(tables: Structure, owner: ColumnElement[UUID | None], team_id: UUID) -> ColumnElement[bool]:
    """True for records whose owner belongs to the team or to a team below it."""
    member = tables.member.c
    return owner.in_(select(member.id).where(member.team_id.in_(subtree_of(tables, team_id))))
