"""Topic `pipeline.order`: what customers have ordered."""

from datetime import datetime
from decimal import Decimal
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from shared.contracts.event import Event
from shared.contracts.money import Money

OrderStatus = Literal["taken", "cancelled"]


class OrderLine(BaseModel):
    """`amount` = quantity x unit price x (1 - discount), to the cent. `discount` is 0 to 1."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    product_id: UUID | None = None
    quantity: Decimal
    unit_price: Money
    discount: Decimal
    amount: Money


class OrderState(Event):
    """An order after the change. `owner_id`: the member who took it; `visit_id`: the activity in which.

    `counter_sale`: taken and won at once, without stages. `base_total` is the total in the organisation's
    currency at the rate of the day it was ordered.
    """

    order_id: UUID
    number: str
    status: OrderStatus
    ordered_at: datetime
    created_at: datetime
    total: Money
    base_total: Money
    lines: tuple[OrderLine, ...] = ()
    counter_sale: bool = False
    owner_id: UUID | None = None
    account_id: UUID | None = None
    deal_id: UUID | None = None
    visit_id: UUID | None = None
    cancelled_at: datetime | None = None
    source_system: str | None = None
    external_id: str | None = None


class OrderTaken(OrderState):
    type: ClassVar[str] = "pipeline.order.taken"


class OrderChanged(OrderState):
    """Its account became part of another, or is itself again."""

    type: ClassVar[str] = "pipeline.order.changed"


class OrderCancelled(OrderState):
    type: ClassVar[str] = "pipeline.order.cancelled"


EVENTS = (OrderTaken, OrderChanged, OrderCancelled)
