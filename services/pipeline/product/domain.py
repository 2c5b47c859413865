"""A product and its versions. Rules: none but those of its fields."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.contracts.events.pipeline_product import ProductChanged, ProductCreated
from shared.contracts.money import Money

_TOLD = ("name", "active", "family", "list_price", "source_system", "external_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """What we sell: what it is, what it is for, what it means to the customer, which problems it solves."""

    id: UUID
    name: str
    created_at: datetime
    updated_at: datetime
    active: bool = True
    family: str | None = None
    description: str | None = None
    purpose: str | None = None
    customer_value: str | None = None
    problems_solved: tuple[str, ...] = ()
    list_price: Money | None = None
    unit_cost: Money | None = None
    source_system: str | None = None
    external_id: str | None = None
    version: int = 1
    field_versions: Mapping[str, int] = field(default_factory=dict)

    @property
    def origin(self) -> tuple[str, str] | None:
        """(source system, external id), where it has one."""
        if self.source_system is None or self.external_id is None:
            return None
        return self.source_system, self.external_id

    def create(self) -> ProductCreated:
        """The fact that we now sell this."""
        return ProductCreated(product_id=self.id, created_at=self.created_at, **self._told())

    def edit(self, fields: Mapping[str, Any], now: datetime) -> tuple["Product", ProductChanged]:
        """Other values for some fields; this very product when none of them is new."""
        new = {name: value for name, value in fields.items() if value != getattr(self, name)}
        after = self
        if new:
            version = self.version + 1
            versions = {**self.field_versions, **dict.fromkeys(new, version)}
            after = replace(self, **new, version=version, field_versions=versions, updated_at=now)
        event = ProductChanged(
            product_id=self.id, created_at=self.created_at, changed=tuple(new), **after._told()
        )
        return after, event

    def _told(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in _TOLD}
