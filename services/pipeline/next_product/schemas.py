"""Answers about next products."""

from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from shared.reporting.schemas import DefinitionOut, Ratio


class ProductRef(BaseModel):
    """A product."""

    id: UUID
    name: str


class NextProduct(BaseModel):
    """A product that accounts alike have bought, the strongest reason for it, and the counts behind."""

    product: ProductRef
    because: ProductRef
    support: Ratio
    confidence: Ratio
    confidence_at_least: float
    lift: Ratio
    accounts_with_both: int
    accounts_with_because: int
    accounts_with_product: int


class NextProducts(BaseModel):
    """`nothing_bought`: the account has not bought a product; `insufficient_history`: fewer accounts than
    `least_accounts` have bought anything. Nothing is suggested then."""

    account_id: UUID
    state: Literal["ok", "nothing_bought", "insufficient_history"]
    accounts: int
    least_accounts: int
    least_together: int
    bought: list[ProductRef]
    items: list[NextProduct]
    definitions: dict[str, DefinitionOut]
