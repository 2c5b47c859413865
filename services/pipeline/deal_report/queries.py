"""The deals of a report, with what they are split by: the beginning of every query of reports."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    Text,
    and_,
    case,
    cast,
    func,
    literal_column,
    null,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.account.queries import ACCOUNTS
from services.pipeline.deal.past import deals_as_of, in_the_past
from services.pipeline.deal.rows import DEALS, SALE_KIND
from services.pipeline.deal.scope import readable_by
from services.pipeline.deal_field.expressions import sql_of
from services.pipeline.deal_field.use_cases.know_fields import own_fields
from services.pipeline.deal_origin.queries import ORIGINS
from services.pipeline.deal_report.schemas import OWN, Cut, GroupBy
from services.pipeline.tables import ORGANISATION
from shared.contracts.errors import DomainError, FieldError
from shared.contracts.identity import Identity
from shared.contracts.periods import Period
from shared.organisation.queries import owned_by_team

WHOLE = "*"
"""The key of the figures of all deals, beside those of each group."""
_A, _D, _O = ACCOUNTS.c, DEALS.c, ORIGINS.c
_OF_DEAL = {
    **{"owner": "owner_id", "product": "product_id", "source": "source", "account": "account_id"},
    **{"sale_approach": "sale_approach", "sale_channel": "sale_channel"},
}
_OF_LEAD = frozenset({"channel", "category"})


@dataclass(frozen=True, slots=True)
class Sample:
    """`deal`: the deals as they are counted; `table` and `conditions`: from where and which of them.

    `key`: what they are split by, a text or null; `value`: what each is worth in the currency, or null.
    `split`: whether there is a key at all. `went`: the same deals with their `path` as it is known now, which
    goes on after `as_of`.
    """

    deal: FromClause
    went: FromClause
    table: FromClause
    conditions: Sequence[ColumnElement[bool]]
    key: ColumnElement[str | None]
    value: ColumnElement[Any]
    split: bool
    as_of: datetime | None = None

    def select(self, *columns: ColumnElement[Any]) -> Select[Any]:
        """These columns of the deals."""
        return select(*columns).select_from(self.table).where(*self.conditions)

    def within(self, instant: ColumnElement[Any], period: Period) -> ColumnElement[bool]:
        """That the instant lies in the period, and not after `as_of`."""
        inside = and_(instant >= period.starts_at, instant < period.ends_at)
        return inside if self.as_of is None else and_(inside, instant <= self.as_of)


async def sample_of(
    connection: AsyncConnection, caller: Identity, cut: Cut, currency: str, *, as_of: datetime | None = None
) -> Sample:
    """The deals the caller may read, narrowed and split, joined with ORIGINS. `as_of`: as they stood then;
    who may read a deal today may read how it stood."""
    table, key = _split(cut.group_by)
    if cut.group_by is not None and cut.group_by.startswith(OWN):
        key = await _own(connection, cut.group_by.removeprefix(OWN))
    split = cut.group_by is not None
    readable = await readable_by(connection, caller)
    value = case((_D.base_currency == currency, _D.base_amount))
    narrowing = _narrowing(cut)
    if as_of is None:
        return Sample(DEALS, DEALS, table, [readable, *narrowing], cast(key, Text), value, split)
    past, present = deals_as_of(as_of), DEALS.alias("present_deal")
    put = in_the_past(past)
    return Sample(
        deal=past,
        went=present,
        table=put(table).join(present, present.c.id == past.c.id),
        conditions=[in_the_past(present)(readable), *map(put, narrowing)],
        key=cast(put(key), Text),
        value=put(value),
        split=split,
        as_of=as_of,
    )


def _split(group_by: GroupBy | None) -> tuple[FromClause, ColumnElement[Any]]:
    """PostgreSQL leaves out a join that nothing is read of."""
    table = DEALS.outerjoin(ORIGINS, _O.deal_id == _D.id)
    if group_by is None or group_by.startswith(OWN):
        return table, null()
    if group_by == "sale_kind":
        return table, SALE_KIND
    if group_by in _OF_DEAL:
        return table, DEALS.c[_OF_DEAL[group_by]]
    if group_by in _OF_LEAD:
        return table, _O[group_by]
    if group_by == "team":
        member = ORGANISATION.member
        return table.outerjoin(member, member.c.id == _D.owner_id), member.c.team_id
    table = table.outerjoin(ACCOUNTS, _A.id == _D.account_id)
    return table, func.coalesce(_A[group_by], _O[group_by])


async def _own(connection: AsyncConnection, name: str) -> ColumnElement[Any]:
    """The values of the organisation's own field of this key. Refuses with `invalid_parameter`."""
    field = (await own_fields(connection, naming=[name])).fields.get(name)
    if field is None:
        detail = f"There is no own field {name!r}."
        error = FieldError("/query/group_by", "unknown_field", detail)
        raise DomainError("invalid_parameter", detail, [error])
    return literal_column(sql_of(field))


def _narrowing(cut: Cut) -> list[ColumnElement[bool]]:
    conditions = [
        DEALS.c[name] == wanted
        for name in ("pipeline_id", "owner_id", "product_id", "source")
        if (wanted := getattr(cut, name)) is not None
    ]
    if cut.team_id is not None:
        conditions.append(owned_by_team(ORGANISATION, _D.owner_id, cut.team_id))
    return conditions
