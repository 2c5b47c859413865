"""Bodies and answers of products."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, WithJsonSchema

from services.pipeline.body import Name, Origin, Price, Text80, Text2000
from shared.contracts.money import Money
from shared.web.batch import MOST_ITEMS, BatchItems
from shared.web.concurrency import MergePatch, absent

_Problem = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Problems = Annotated[tuple[_Problem, ...], Field(max_length=50)]


class ProductCreate(Origin):
    """A product. `family` is its line; `customer_value` what it means to the customer."""

    name: Name
    active: bool = True
    family: Text80 = None
    description: Text2000 = None
    purpose: Text2000 = None
    customer_value: Text2000 = None
    problems_solved: Problems = ()
    list_price: Price | None = None
    unit_cost: Price | None = None


class ProductPatch(MergePatch):
    """A merge patch: what is named changes, null empties."""

    name: Name = absent()
    active: bool = absent()
    family: Text80 = absent()
    description: Text2000 = absent()
    purpose: Text2000 = absent()
    customer_value: Text2000 = absent()
    problems_solved: Problems = absent()
    list_price: Price | None = absent()
    unit_cost: Price | None = absent()


class ProductBatch(BatchItems):
    """Up to 1,000 products; each is judged by itself."""

    items: Annotated[
        list[Annotated[Any, WithJsonSchema({"$ref": "#/components/schemas/ProductCreate"})]],
        Field(min_length=1, max_length=MOST_ITEMS),
    ]


class ProductOut(BaseModel):
    """A product."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    active: bool
    family: str | None
    description: str | None
    purpose: str | None
    customer_value: str | None
    problems_solved: tuple[str, ...]
    list_price: Money | None
    unit_cost: Money | None
    source_system: str | None
    external_id: str | None
    created_at: datetime
    updated_at: datetime
    version: int
