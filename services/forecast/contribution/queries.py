"""The rows a figure is the sum of, as a list."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Numeric, Row, case, cast, func, null, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.contribution.domain import Wanted
from services.forecast.contribution.schemas import ContributionOut
from services.forecast.deal_ledger.rows import names_of_deals
from services.forecast.outlook.domain import BUCKETS, Filter
from services.forecast.outlook.queries import conditions, keyed, refuse_missing
from services.forecast.rollup.domain import Price
from services.forecast.rollup.prices import amount_of, missing_of
from services.forecast.rollup.queries import deals_now, deals_then
from services.forecast.structure.queries import structure_of
from shared.contracts.identity import Identity
from shared.contracts.money import CENT, Money
from shared.contracts.periods import Calendar
from shared.reporting.asked import Question
from shared.web.listing import Field, Listing

_MONEY = ("amount", "share")
_PLAIN = ("deal_id", "closes_on", "owner_id", "product_id", "territory_id", "pipeline_id", "stage_id")


def listing_of(wanted: Wanted, *, counted: bool) -> Listing:
    """The deals of the figure. `counted`: the present is asked about, and all deals are counted."""
    deal = deals_now(wanted.question.period) if counted else deals_then(wanted.question, with_place=True)
    key, source = keyed(deal, wanted.chosen, wanted.group_by, structure_of(wanted.question))
    name = names_of_deals()
    amount = amount_of(wanted.price, deal)
    share = _share(wanted, deal, amount)
    own = {each: deal.c[each] for each in (*_PLAIN, "stage", "source", "probability")}
    shown = own | {"name": name.c.name, "forecast_category": deal.c.bucket, "amount": amount, "share": share}
    chosen = select(*(column.label(each) for each, column in shown.items()))
    rows = (
        chosen.select_from(source.join(name, name.c.deal_id == deal.c.deal_id))
        .where(*_of(wanted, deal, key, amount))
        .subquery("contribution")
    )
    of = rows.c
    return Listing(
        name=f"forecast-deals {wanted}",
        table=rows,
        fields={
            "deal_id": Field(of.deal_id, "uuid", nullable=False),
            "name": Field(of.name, "text", sortable=True, nullable=False),
            "forecast_category": Field(
                of.forecast_category, "enum", sortable=True, values=BUCKETS, nullable=False
            ),
            "closes_on": Field(of.closes_on, "date", sortable=True),
            "probability": Field(of.probability, "decimal", sortable=True),
            "amount": Field(of.amount, "decimal", sortable=True),
            "share": Field(of.share, "decimal", sortable=True),
        },
        default_sort="-share",
        text=[of.name],
        columns=[of[each] for each in ContributionOut.model_fields],
        item_fields=tuple(ContributionOut.model_fields),
        id_field="deal_id",
    )


async def refuse_unpriced(connection: AsyncConnection, wanted: Wanted, *, counted: bool) -> None:
    """Refuses with `rate_missing` a list in which a deal lacks the rate it needs."""
    if wanted.price.is_plain:
        return
    deal = deals_now(wanted.question.period) if counted else deals_then(wanted.question, with_place=True)
    missing = select(func.min(missing_of(wanted.price, deal))).where(
        *conditions(deal, wanted.chosen, wanted.by, structure_of(wanted.question))
    )
    refuse_missing(await connection.scalar(missing), wanted.price)


def shown(row: Row[Any], currency: str) -> ContributionOut:
    """A row of the list."""
    fields: dict[str, Any] = {name: getattr(row, name) for name in ContributionOut.model_fields}
    fields |= {name: _money(fields[name], currency) for name in _MONEY}
    return ContributionOut.model_construct(**fields)


def _money(amount: Decimal | None, currency: str) -> Money | None:
    """With cents, and no zeros beyond."""
    if amount is None:
        return None
    exact = amount.normalize()
    exponent = exact.as_tuple().exponent
    coarse = isinstance(exponent, int) and exponent > -2
    return Money.model_construct(amount=exact.quantize(CENT) if coarse else exact, currency=currency)


def _of(
    wanted: Wanted, deal: FromClause, key: ColumnElement[Any], amount: ColumnElement[Any]
) -> list[ColumnElement[bool]]:
    """What makes a deal part of the figure."""
    dated = deal.c.closes_on.is_not(None)
    parts = conditions(deal, wanted.chosen, wanted.by, structure_of(wanted.question))
    parts.append(deal.c.bucket.in_(wanted.buckets))
    parts.append(~dated if wanted.figure == "undated_deals" else dated)
    if wanted.group_by not in (None, "category"):
        parts.append(key.is_not_distinct_from(wanted.group))
    if wanted.figure == "weighted":
        parts.append((deal.c.bucket == "closed") | deal.c.probability.is_not(None))
    if wanted.figure == "unweighted_deals":
        parts.append(deal.c.probability.is_(None))
    if wanted.figure == "deals_without_amount":
        parts.append(amount.is_(None))
    return parts


def _share(wanted: Wanted, deal: FromClause, amount: ColumnElement[Any]) -> ColumnElement[Any]:
    if not wanted.is_amount:
        return cast(null(), Numeric)
    if wanted.figure == "weighted":
        return case((deal.c.bucket == "closed", amount), else_=amount * deal.c.probability)
    return amount


_ANY_DAY = Calendar().span("any", date(2027, 1, 1), date(2027, 1, 1))
DECLARED = listing_of(
    Wanted(
        Question(_ANY_DAY, None),
        Filter(),
        Identity(sub="nobody", kind="service", role="nobody", scope="none"),
        Price("EUR", "EUR", "dated", _ANY_DAY.starts_on),
        "cumulative",
        "closed",
    ),
    counted=True,
)
"""What the list takes, whatever is asked."""
