"""What to offer an account next, and why."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.next_product.domain import LEAST_ACCOUNTS, LEAST_TOGETHER, Association, suggested
from services.pipeline.next_product.queries import Purchases, names_of, purchases_of, see_account
from services.pipeline.next_product.schemas import NextProducts
from shared.contracts.identity import Identity
from shared.reporting.figures import Meanings, defined

_MEANINGS: Meanings = {
    "support": ("Accounts that bought both products", "Accounts that bought any product"),
    "confidence": ("Accounts that bought both products", "Accounts that bought `because`"),
    "confidence_at_least": ("The lower bound of the confidence, one-sided 95 % (Wilson).", None),
    "lift": ("Confidence", "Share of all accounts that bought `product`"),
}


async def suggest_products(
    connection: AsyncConnection, account_id: UUID, caller: Identity, *, most: int
) -> NextProducts:
    """By what all accounts have bought. Refuses with `account_not_found`."""
    await see_account(connection, account_id, caller)
    found = await purchases_of(connection, account_id)
    state = _state(found)
    items = suggested(found.associations, most) if state == "ok" else []
    named = {*found.bought, *(each.product for each in items)}
    names = await names_of(connection, named)
    return NextProducts.model_validate(
        {
            "account_id": account_id,
            "state": state,
            "accounts": found.accounts,
            "least_accounts": LEAST_ACCOUNTS,
            "least_together": LEAST_TOGETHER,
            "bought": sorted((_product(each, names) for each in found.bought), key=lambda ref: ref["name"]),
            "items": [_shown(each, names) for each in items],
            "definitions": defined(_MEANINGS, "Everything won and ordered until now."),
        }
    )


def _state(found: Purchases) -> str:
    if not found.bought:
        return "nothing_bought"
    return "ok" if found.accounts >= LEAST_ACCOUNTS else "insufficient_history"


def _shown(each: Association, names: Mapping[UUID, str]) -> dict[str, Any]:
    return {
        "product": _product(each.product, names),
        "because": _product(each.because, names),
        "support": each.support,
        "confidence": each.confidence,
        "confidence_at_least": round(each.confidence_at_least, 4),
        "lift": each.lift,
        "accounts_with_both": each.with_both,
        "accounts_with_because": each.with_because,
        "accounts_with_product": each.with_product,
    }


def _product(product_id: UUID, names: Mapping[UUID, str]) -> dict[str, Any]:
    return {"id": product_id, "name": names[product_id]}
