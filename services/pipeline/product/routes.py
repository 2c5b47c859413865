"""`/v1/products`: the catalogue."""

from typing import Any
from uuid import UUID

from fastapi import Request, Response
from sqlalchemy import Row

from services.pipeline.product import repository
from services.pipeline.product.domain import Product
from services.pipeline.product.queries import LISTING
from services.pipeline.product.schemas import ProductBatch, ProductCreate, ProductOut, ProductPatch
from services.pipeline.product.use_cases.bring_products import bring_products
from services.pipeline.product.use_cases.create_product import create_product
from services.pipeline.product.use_cases.edit_product import edit_product
from shared.web.batch import BatchAnswer, check_items
from shared.web.clock import Now
from shared.web.concurrency import IfMatch, set_etag
from shared.web.identity import Caller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, SingleStatement, Transaction

router = ServiceRouter(prefix="/v1/products", tags=["products"])


@router.get(
    "", response_model=Page[ProductOut], openapi_extra={**permission("products:read"), **LISTING.openapi}
)
async def list_products(_: Caller, request: Request, connection: Reading) -> Response:
    """The catalogue, by name. `q` searches name and family."""
    return await LISTING.answer(connection, request, to_item=_as_item)


def _as_item(row: Row[Any]) -> ProductOut:
    return ProductOut.model_validate(repository.as_product(row._mapping))


@router.post("", status_code=201, response_model=ProductOut, openapi_extra=permission("products:write"))
async def post_product(
    body: ProductCreate, _: Caller, connection: SingleStatement, now: Now, response: Response
) -> Product:
    """Create a product. 409 `external_id_taken` when its origin is known already."""
    product = await create_product(connection, body.given(), now=now)
    response.headers["Location"] = f"/v1/products/{product.id}"
    set_etag(response, product.version)
    return product


@router.post("/batch", response_model=BatchAnswer, openapi_extra=permission("products:write"))
async def post_products(body: ProductBatch, _: Caller, connection: Transaction, now: Now) -> BatchAnswer:
    """Create or, where the `external_id` is known, revise up to 1,000 products. A bad item fails alone."""
    checked = check_items(body.items, ProductCreate)
    await bring_products(connection, {index: item.given() for index, item in checked.good}, checked, now=now)
    return checked.answer()


@router.get("/{product_id}", response_model=ProductOut, openapi_extra=permission("products:read"))
async def get_product(product_id: UUID, _: Caller, connection: Reading, response: Response) -> Product:
    """One product, with its ETag. 404 `product_not_found`."""
    product = await repository.get(connection, product_id)
    set_etag(response, product.version)
    return product


@router.patch("/{product_id}", response_model=ProductOut, openapi_extra=permission("products:write"))
async def patch_product(
    *,
    product_id: UUID,
    body: ProductPatch,
    if_match: IfMatch,
    _: Caller,
    connection: Transaction,
    now: Now,
    response: Response,
) -> Product:
    """Change some fields. Edits of different fields merge; 412 `version_conflict` for the same field."""
    product = await edit_product(connection, product_id, body.changes(), seen_version=if_match, now=now)
    set_etag(response, product.version)
    return product
