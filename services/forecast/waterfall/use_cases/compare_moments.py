"""Two moments as a caller names them, and what happened between them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.product.queries import product_names
from services.forecast.snapshot import repository as snapshots
from services.forecast.tables import ORGANISATION
from services.forecast.waterfall.domain import GroupBy, Known, Waterfall, by_group, waterfall_of
from services.forecast.waterfall.queries import flows as queries
from services.forecast.waterfall.queries.pairs import Compared, Selection
from shared.contracts.errors import DomainError, FieldError
from shared.contracts.identity import Identity
from shared.contracts.periods import Calendar, Period
from shared.organisation.queries import load_organisation
from shared.reporting.asked import Asked, Moment, past_instant, question_of

_USUAL = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The parameters `since`, `until` and `known` as they came."""

    since: str | None
    until: str | None
    known: Known


@dataclass(frozen=True, slots=True)
class Compare:
    """What is compared, with the instants to show."""

    compared: Compared
    since: Moment
    until: Moment


async def comparison(
    connection: AsyncConnection,
    asked: Asked,
    wanted: Wanted,
    selection: Selection,
    *,
    by: Identity,
    now: datetime,
) -> Compare:
    """A question about the deals the caller may see. Without `since` from the period's start, or for a period
    to come from a week ago; without `until` to the present. Refuses with `period_invalid`,
    `invalid_parameter`, `snapshot_not_found`."""
    organisation = await load_organisation(connection, ORGANISATION)
    calendar = organisation.calendar
    period = question_of(asked, calendar, now=now).period
    usual = _moment(usual_since(period, now), wanted.known)
    named = _Named(connection, calendar, wanted.known, now)
    since = usual if wanted.since is None else await named.moment(wanted.since, "since")
    until = None if wanted.until is None else await named.moment(wanted.until, "until")
    if until is not None and until.as_of < since.as_of:
        detail = "`until` is before `since`."
        raise DomainError("invalid_parameter", detail, [FieldError("/query/until", "out_of_range", detail)])
    compared = Compared(period, since, until, selection, by, organisation.base_currency)
    return Compare(compared, since, until or Moment(now))


def usual_since(period: Period, now: datetime) -> datetime:
    """The start of the period; for one to come a week ago."""
    return period.starts_at if period.starts_at <= now else now - _USUAL


@dataclass(frozen=True, slots=True)
class _Named:
    """Reads the moments that a caller names: a snapshot, a day or an instant."""

    connection: AsyncConnection
    calendar: Calendar
    known: Known
    now: datetime

    async def moment(self, text: str, parameter: str) -> Moment:
        try:
            snapshot_id = UUID(text)
        except ValueError:
            return _moment(past_instant(text, parameter, self.calendar, now=self.now), self.known)
        return _moment((await snapshots.get(self.connection, snapshot_id)).taken_at, self.known)


def _moment(instant: datetime, known: Known) -> Moment:
    return Moment(instant, instant if known == "then" else None)


async def compare_moments(
    connection: AsyncConnection, compare: Compare, group_by: GroupBy | None
) -> tuple[Waterfall, Mapping[UUID | None, Waterfall]]:
    """The parts of all deals, and of each group's, those with the largest pipelines first."""
    if group_by is None:
        return waterfall_of(await queries.flows(connection, compare.compared)), {}
    found = await queries.journeys(connection, compare.compared, group_by)
    made = {key: waterfall_of(flows) for key, flows in by_group(found).items()}
    kept = {key: each for key, each in made.items() if not each.is_empty}
    ordered = sorted(kept.items(), key=lambda item: (item[0] is None, -item[1].weight, str(item[0])))
    return waterfall_of(each.flow for each in found), dict(ordered)


async def group_names(
    connection: AsyncConnection, group_by: GroupBy, keys: Mapping[UUID | None, Waterfall]
) -> dict[UUID, str]:
    """Of teams and products what they are called; members' names are not known here."""
    ids = [key for key in keys if key is not None]
    if group_by == "product":
        return await product_names(connection, ids)
    return await queries.team_names(connection, ids) if group_by == "team" else {}
