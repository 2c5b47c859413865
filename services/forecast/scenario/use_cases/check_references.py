"""An assumption is about somebody or something that there is."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import Table, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.account.queries import account_names
from services.forecast.product.queries import product_names
from services.forecast.scenario.schemas import Assumption
from services.forecast.tables import ORGANISATION
from services.forecast.territory.queries import territories
from shared.contracts.errors import DomainError, FieldError

_NAMES = {
    "product_id": "product",
    "territory_id": "territory",
    "team_id": "team",
    "owner_id": "member",
    "account_ids": "account",
}


async def refuse_unknown(connection: AsyncConnection, assumptions: Sequence[Assumption]) -> None:
    """Refuses with `reference_unknown`, naming each field."""
    named = list(_named(assumptions))
    wanted: dict[str, set[UUID]] = defaultdict(set)
    for _, field, reference in named:
        wanted[field].add(reference)
    known = {field: await _known(connection, field, ids) for field, ids in wanted.items()}
    errors = [
        FieldError(pointer, "reference_unknown", f"There is no {_NAMES[field]} of this id.")
        for pointer, field, reference in named
        if reference not in known[field]
    ]
    if errors:
        raise DomainError("reference_unknown", errors[0].detail, errors)


def _named(assumptions: Sequence[Assumption]) -> Iterable[tuple[str, str, UUID]]:
    """Where, by which field, and whom."""
    for index, each in enumerate(assumptions):
        for field in _NAMES.keys() & type(each).model_fields.keys():
            said = getattr(each, field)
            pointer = f"/assumptions/{index}/{field}"
            if isinstance(said, list):
                yield from ((f"{pointer}/{place}", field, one) for place, one in enumerate(said))
            elif said is not None:
                yield pointer, field, said


async def _known(connection: AsyncConnection, field: str, ids: set[UUID]) -> set[UUID]:
    match field:
        case "product_id":
            return set(await product_names(connection, ids))
        case "account_ids":
            return set(await account_names(connection, ids))
        case "territory_id":
            return set(await territories(connection))
        case "team_id":
            return await _there(connection, ORGANISATION.team, ids)
        case _:
            return await _there(connection, ORGANISATION.member, ids)


async def _there(connection: AsyncConnection, table: Table, ids: set[UUID]) -> set[UUID]:
    return set(await connection.scalars(select(table.c.id).where(table.c.id == func.any(list(ids)))))
