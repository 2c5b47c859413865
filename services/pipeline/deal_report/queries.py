"""The deals of a report, with what they are split by: the beginning of every query of reports."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, Text, case, cast, func, null, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.account.queries import ACCOUNTS
from services.pipeline.deal.repository import readable_by
from services.pipeline.deal.rows import DEALS, SALE_KIND
from services.pipeline.deal_origin.queries import ORIGINS
from services.pipeline.deal_report.schemas import Cut, GroupBy
from services.pipeline.tables import ORGANISATION
from shared.contracts.identity import Identity
from shared.organisation.queries import owned_by_team

WHOLE = "*"
"""The key of the figures of all deals, beside those of each group."""
_A, _O = ACCOUNTS.c, ORIGINS.c
_OF_DEAL = {
    **{"owner": "owner_id", "product": "product_id", "source": "source", "account": "account_id"},
    **{"sale_approach": "sale_approach", "sale_channel": "sale_channel"},
}
_OF_LEAD = frozenset({"channel", "category"})


@dataclass(frozen=True, slots=True)
class Sample:
    """`deal`: the deals as they are counted; `table` and `conditions`: from where and which of them.

    `key`: what they are split by, a text or null; `value`: what each is worth in the currency, or null.
    """

    deal: FromClause
    table: FromClause
    conditions: Sequence[ColumnElement[bool]]
    key: ColumnElement[str | None]
    value: ColumnElement[Any]

    def select(self, *columns: ColumnElement[Any]) -> Select[Any]:
        """These columns of the deals."""
        return select(*columns).select_from(self.table).where(*self.conditions)


async def sample_of(
    connection: AsyncConnection,
    caller: Identity,
    cut: Cut,
    currency: str,
) -> Sample:
    """The deals the caller may read, narrowed and split, joined with ORIGINS."""
    deal = DEALS
    table, key = _split(deal, cut.group_by)
    return Sample(
        deal=deal,
        table=table,
        conditions=[await readable_by(connection, caller), *_narrowing(deal, cut)],
        key=cast(key, Text),
        value=case((deal.c.base_currency == currency, deal.c.base_amount)),
    )


def _split(deal: FromClause, group_by: GroupBy | None) -> tuple[FromClause, ColumnElement[Any]]:
    """PostgreSQL leaves out a join that nothing is read of."""
    table = deal.outerjoin(ORIGINS, _O.deal_id == deal.c.id)
    if group_by is None:
        return table, null()
    if group_by == "sale_kind":
        return table, SALE_KIND
    if group_by in _OF_DEAL:
        return table, deal.c[_OF_DEAL[group_by]]
    if group_by in _OF_LEAD:
        return table, _O[group_by]
    if group_by == "team":
        member = ORGANISATION.member
        return table.outerjoin(member, member.c.id == deal.c.owner_id), member.c.team_id
    table = table.outerjoin(ACCOUNTS, _A.id == deal.c.account_id)
    return table, func.coalesce(_A[group_by], _O[group_by])


def _narrowing(deal: FromClause, cut: Cut) -> list[ColumnElement[bool]]:
    conditions = [
        deal.c[name] == wanted
        for name in ("pipeline_id", "owner_id", "product_id", "source")
        if (wanted := getattr(cut, name)) is not None
    ]
    if cut.team_id is not None:
        conditions.append(owned_by_team(ORGANISATION, deal.c.owner_id, cut.team_id))
    return conditions
