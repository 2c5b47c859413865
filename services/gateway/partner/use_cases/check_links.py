"""Whether what a partner is said to have is there: territory, programme, contacts, products.

Must never break: nothing is asked for a change that names none of them, so that closing a partner's keys
waits for no other service.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from services.gateway.partner.domain import PartnerError
from services.gateway.upstream.connections import Upstreams
from services.gateway.upstream.reading import Query, ServiceRefused, read
from shared.contracts.errors import FieldError
from shared.web.problem import Problem

SECONDS = 2.0
LINKS: Mapping[str, tuple[str, str]] = {
    "territory_id": ("leads", "/v1/territories"),
    "program_id": ("leads", "/v1/partner-programs"),
    "contact_ids": ("leads", "/v1/contacts"),
    "product_ids": ("pipeline", "/v1/products"),
}
"""Field -> the service and the list that knows what it names."""


async def check_links(upstreams: Upstreams, token: str, values: Mapping[str, Any]) -> None:
    """Refuses `reference_unknown` for each that is not there or not for the caller to see.

    Raises Problem when a service cannot be asked.
    """
    asked = {name: named for name in LINKS if (named := _ids(values.get(name)))}
    if not asked:
        return
    try:
        async with asyncio.timeout(SECONDS):
            known = await asyncio.gather(
                *(_known(upstreams, token, *LINKS[name], ids) for name, ids in asked.items())
            )
    except TimeoutError:
        raise Problem("upstream_timeout", "What the partner is linked with could not be looked up.") from None
    errors = [
        FieldError(_pointer(name, values, each), "reference_unknown", "There is no such record.")
        for (name, ids), found in zip(asked.items(), known, strict=True)
        for each in ids
        if each not in found
    ]
    if errors:
        raise PartnerError("reference_unknown", "The partner names something that is not there.", errors)


async def _known(upstreams: Upstreams, token: str, service: str, path: str, ids: Sequence[UUID]) -> set[UUID]:
    query: Query = {"id": f"in:{','.join(map(str, ids))}", "limit": 200, "fields": "id"}
    try:
        page = await read(upstreams, service, path, token, query=query)
    except ServiceRefused:
        raise Problem("upstream_unavailable", f"{path} could not be looked up.") from None
    return {UUID(item["id"]) for item in page["items"]}


def _ids(value: Any) -> list[UUID]:
    if value is None:
        return []
    return [value] if isinstance(value, UUID) else list(dict.fromkeys(value))


def _pointer(name: str, values: Mapping[str, Any], wanted: UUID) -> str:
    value = values[name]
    return f"/{name}" if isinstance(value, UUID) else f"/{name}/{list(value).index(wanted)}"
