"""Bring products in: new ones are created, known ones (by their origin) revised, equal ones left alone."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.incoming import ROUNDS, Incoming, Key
from services.pipeline.product import repository
from services.pipeline.product.domain import Product
from services.pipeline.tables import SOURCE
from shared.contracts.envelope import Envelope, wrap
from shared.contracts.errors import DomainError
from shared.contracts.event import Event
from shared.contracts.ids import new_id
from shared.observability.causes import event_context
from shared.web.batch import Checked

Items = Mapping[int, Mapping[str, Any]]


async def bring_products(
    connection: AsyncConnection, items: Items, results: Checked[Any], *, now: datetime
) -> None:
    """Settle every item in `results`. `items`: the fields of each by its index."""
    left = items
    for _ in range(ROUNDS):
        left = await _round(connection, left, results, now)
        if not left:
            return
    for index in left:
        results.reject(index, DomainError("state_conflict", "Others bring the same product right now."))


async def _round(connection: AsyncConnection, items: Items, results: Checked[Any], now: datetime) -> Items:
    """One try; gives back the items whose origin somebody else brought in meanwhile."""
    keys = {index: origin_of(fields) for index, fields in items.items()}
    known = await repository.by_origin(connection, {key for key in keys.values() if key})

    def create(index: int) -> tuple[Product, Envelope]:
        product = Product(id=new_id(), created_at=now, updated_at=now, **items[index])
        return product, envelope_of(product, product.create(), now)

    def revise(index: int, product: Product) -> tuple[Product, Envelope | None]:
        after, event = product.edit(items[index], now)
        return after, None if after is product else envelope_of(after, event, now)

    incoming = Incoming(known, create, revise)
    incoming.take_all(keys.items())
    new, changed = incoming.new, incoming.changed
    written = await repository.insert(
        connection, [work.after for work in new], [envelope for work in new for envelope in work.envelopes]
    )
    await repository.save(
        connection,
        [work.after for work in changed],
        [envelope for work in changed for envelope in work.envelopes],
    )
    raced = {}
    for work in incoming.works:
        for index, status in work.items:
            if work.before is None and work.after.id not in written:
                raced[index] = items[index]
            else:
                results.settle(index, status, work.after.id)
    return raced


def origin_of(fields: Mapping[str, Any]) -> Key | None:
    """The (source system, external id) of an item, if it has one."""
    system, external_id = fields.get("source_system"), fields.get("external_id")
    return None if system is None or external_id is None else (system, external_id)


def envelope_of(product: Product, event: Event, now: datetime) -> Envelope:
    """The fact, ready for the outbox."""
    return wrap(event, subject=product.id, sequence=product.version, time=now, context=event_context(SOURCE))
