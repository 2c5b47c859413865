"""Bodies and answers about orders."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field, PlainSerializer, model_validator

from services.pipeline.body import Name, Origin, Price, Reason, Strict, Text80, Text200, Text2000
from services.pipeline.deal.schemas import When
from services.pipeline.order.domain import Order
from shared.contracts.events.pipeline_deal import SaleApproach, SaleChannel
from shared.contracts.events.pipeline_order import OrderStatus
from shared.contracts.money import Money

_Written = PlainSerializer(lambda number: format(number, "f"), return_type=str, when_used="json")
Quantity = Annotated[Decimal, Field(gt=0, max_digits=12, decimal_places=4), _Written]
Discount = Annotated[
    Decimal, Field(ge=0, le=1, max_digits=5, decimal_places=4, description="0 to 1 of the price"), _Written
]


class LineIn(Strict):
    """A product, or a description of something else. `unit_price`: by default the product's list price."""

    product_id: UUID | None = None
    description: Text200 = None
    quantity: Quantity = Decimal(1)
    unit_price: Price | None = None
    discount: Discount = Decimal(0)

    @model_validator(mode="after")
    def _of_something(self) -> "LineIn":
        if self.product_id is None and (self.description is None or self.unit_price is None):
            raise ValueError("a line has a product_id, or a description and a unit_price")
        return self


class CounterDeal(Strict):
    """What is said of the deal that a counter sale makes; `name` is by default that of the order."""

    name: Name | None = None
    pipeline_id: UUID | None = None
    contact_id: UUID | None = None
    source: Text80 = None
    sale_approach: SaleApproach | None = None
    sale_channel: SaleChannel | None = None


class OrderCreate(Origin):
    """An order. `number`: by default the next one; `ordered_at`: an instant or a day, by default now;
    `taken_by`: by default the caller; `visit_id`: the activity in which it was taken."""

    number: Text80 = None
    account_id: UUID | None = None
    deal_id: UUID | None = None
    lines: Annotated[tuple[LineIn, ...], Field(min_length=1, max_length=200)]
    ordered_at: When | None = None
    taken_by: UUID | None = None
    visit_id: UUID | None = None
    note: Text2000 = None
    deal: Annotated[CounterDeal | None, Field(description="Only with `quick=true`.")] = None


class Cancel(Strict):
    """Why it is cancelled."""

    reason: Reason | None = None


class LineOut(BaseModel):
    """`amount` = quantity x unit price x (1 - discount), to the cent."""

    product_id: UUID | None
    description: str | None
    quantity: Quantity
    unit_price: Money
    discount: Discount
    amount: Money


class OrderOut(BaseModel):
    """An order. `total`: the sum of its lines; `base_total`: in the organisation's currency, at the rate of
    the day it was ordered. `counter_sale`: its deal was made and won by taking it."""

    id: UUID
    number: str
    status: OrderStatus
    counter_sale: bool
    account_id: UUID | None
    deal_id: UUID | None
    taken_by: UUID | None
    visit_id: UUID | None
    ordered_at: datetime
    lines: list[LineOut]
    total: Money
    base_total: Money
    note: str | None
    cancelled_at: datetime | None
    cancel_reason: str | None
    source_system: str | None
    external_id: str | None
    recorded_by: str | None
    created_at: datetime
    updated_at: datetime
    version: int


def order_out(order: Order) -> dict[str, Any]:
    """For `json_body.dumps`: the fields of OrderOut."""
    lines = [
        {
            "product_id": line.product_id,
            "description": line.description,
            "quantity": format(line.quantity, "f"),
            "unit_price": line.unit_price,
            "discount": format(line.discount, "f"),
            "amount": line.amount,
        }
        for line in order.lines
    ]
    return {name: lines if name == "lines" else getattr(order, name) for name in OrderOut.model_fields}
