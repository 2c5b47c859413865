"""Whether a product is there."""

from functools import partial
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.product.queries import known
from services.leads.record.use_cases.await_references import missing_after_waiting
from shared.contracts.errors import DomainError


async def check_product(connection: AsyncConnection, product_id: UUID) -> None:
    """Refuses with `product_not_found` what the pipeline has not told of, after waiting for the news."""
    if await missing_after_waiting(partial(known, connection), [product_id]):
        raise DomainError("product_not_found", "There is no such product.")
