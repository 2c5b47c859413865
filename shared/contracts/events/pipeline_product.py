"""Topic `pipeline.product`: what we sell."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from shared.contracts.event import Event
from shared.contracts.money import Money


class ProductState(Event):
    """A product after the change."""

    product_id: UUID
    name: str
    created_at: datetime
    active: bool = True
    family: str | None = None
    list_price: Money | None = None
    source_system: str | None = None
    external_id: str | None = None


class ProductCreated(ProductState):
    type: ClassVar[str] = "pipeline.product.created"


class ProductChanged(ProductState):
    type: ClassVar[str] = "pipeline.product.changed"


EVENTS = (ProductCreated, ProductChanged)
