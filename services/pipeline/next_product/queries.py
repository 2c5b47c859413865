"""Who bought which products: one query over won deals and orders."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import CTE, exists, func, or_, select, union
from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.account.queries import ACCOUNTS
from services.pipeline.deal.rows import DEALS
from services.pipeline.deal.scope import readable_by
from services.pipeline.next_product.domain import Association
from services.pipeline.order.queries import visible_to
from services.pipeline.order.rows import ORDER_LINES, ORDERS, SALES_ORDERS
from services.pipeline.product.queries import PRODUCTS
from shared.contracts.errors import DomainError
from shared.contracts.identity import Identity

_D, _O, _L, _P = DEALS.c, SALES_ORDERS.c, ORDER_LINES.c, PRODUCTS.c


@dataclass(frozen=True, slots=True)
class Purchases:
    """What an account has bought, how many accounts bought anything, and what goes with its products."""

    bought: tuple[UUID, ...]
    accounts: int
    associations: tuple[Association, ...]


async def see_account(connection: AsyncConnection, account_id: UUID, caller: Identity) -> None:
    """Refuses with `account_not_found` one of which the caller reads neither a deal nor an order."""
    deal = exists().where(_D.account_id == account_id, await readable_by(connection, caller))
    order = select(_O.id).select_from(ORDERS).where(_O.account_id == account_id)
    ordered = order.where(await visible_to(connection, caller)).exists()
    known = exists().where(ACCOUNTS.c.id == account_id)
    seen = known if caller.scope == "all" else known & or_(deal, ordered)
    if not await connection.scalar(select(seen)):
        raise DomainError("account_not_found", "There is no such account.")


async def purchases_of(connection: AsyncConnection, account_id: UUID) -> Purchases:
    """By all that was ever bought, whoever may read that; only products that are still sold are suggested."""
    purchased = _purchased()
    mine = select(purchased.c.product_id).where(purchased.c.account_id == account_id).cte("mine")
    accounts = select(func.count(purchased.c.account_id.distinct())).scalar_subquery()
    buyers = (
        select(purchased.c.product_id, func.count().label("accounts"))
        .group_by(purchased.c.product_id)
        .cte("buyers")
    )
    alike, other, of_other = purchased.alias("alike"), purchased.alias("other"), buyers.alias("of_other")
    pairs = (
        select(
            alike.c.product_id.label("because"),
            other.c.product_id.label("product"),
            buyers.c.accounts.label("with_because"),
            of_other.c.accounts.label("with_product"),
            func.count().label("with_both"),
        )
        .join_from(alike, mine, mine.c.product_id == alike.c.product_id)
        .join(other, other.c.account_id == alike.c.account_id)
        .join(buyers, buyers.c.product_id == alike.c.product_id)
        .join(of_other, of_other.c.product_id == other.c.product_id)
        .join(PRODUCTS, _P.id == other.c.product_id)
        .where(_P.active, other.c.product_id.not_in(select(mine.c.product_id)))
        .group_by("because", "product", "with_because", "with_product")
        .cte("pairs")
    )
    bought = select(func.array_agg(mine.c.product_id)).scalar_subquery()
    query = select(bought.label("bought"), accounts.label("accounts"), pairs).select_from(
        select(1).subquery().outerjoin(pairs, pairs.c.because.is_not(None))
    )
    rows = (await connection.execute(query)).all()
    return Purchases(
        tuple(rows[0].bought or ()),
        rows[0].accounts,
        tuple(
            Association(
                because=row.because,
                product=row.product,
                accounts=row.accounts,
                with_because=row.with_because,
                with_product=row.with_product,
                with_both=row.with_both,
            )
            for row in rows
            if row.because is not None
        ),
    )


async def names_of(connection: AsyncConnection, products: set[UUID]) -> dict[UUID, str]:
    """What these products are called."""
    if not products:
        return {}
    rows = await connection.execute(select(_P.id, _P.name).where(_P.id.in_(products)))
    return {row.id: row.name for row in rows}


def _purchased() -> CTE:
    """Each account with each product it bought, once."""
    by_deal = select(_D.account_id, _D.product_id).where(
        _D.status == "won", _D.account_id.is_not(None), _D.product_id.is_not(None)
    )
    by_order = (
        select(_O.account_id, _L.product_id)
        .join_from(ORDER_LINES, SALES_ORDERS, _O.id == _L.order_id)
        .where(_O.status == "taken", _O.account_id.is_not(None), _L.product_id.is_not(None))
    )
    return union(by_deal, by_order).cte("purchased").prefix_with("MATERIALIZED", dialect="postgresql")
