"""The contacts of deals: those described, and the primary one that nobody has."""

from typing import Any, get_args
from uuid import UUID

from sqlalchemy import Integer, Row, Text, exists, func, literal, null, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal.rows import DEALS
from services.pipeline.deal_contact.domain import ContactRole
from services.pipeline.deal_contact.schemas import DealContactOut
from services.pipeline.deal_contact.tables import deal_contact
from shared.contracts.errors import DomainError
from shared.web.listing import Field, Listing

_C, _D = deal_contact.c, DEALS.c
_DESCRIBED = (
    select(
        *(
            _C.contact_id,
            _C.deal_id,
            _C.role,
            (_C.contact_id.is_not_distinct_from(_D.contact_id)).label("primary"),
        ),
        *(_C.note, _C.added_by, _C.created_at, _C.updated_at, _C.version),
    )
    .select_from(deal_contact.join(DEALS, _D.id == _C.deal_id))
    .where(_C.removed_at.is_(None))
)
_PRIMARY = select(
    *(_D.contact_id, _D.id, null().cast(Text), literal(True)),
    *(null().cast(Text), null().cast(Text), _D.created_at, _D.created_at, literal(0, Integer)),
).where(
    _D.contact_id.is_not(None),
    ~exists().where(_C.deal_id == _D.id, _C.contact_id == _D.contact_id, _C.removed_at.is_(None)),
)
PEOPLE = union_all(_DESCRIBED, _PRIMARY).subquery("deal_contacts")
_P = PEOPLE.c
LISTING = Listing(
    name="deal-contacts",
    table=PEOPLE,
    fields={
        "contact_id": Field(_P.contact_id, "uuid", nullable=False),
        "role": Field(_P.role, "enum", values=get_args(ContactRole)),
        "primary": Field(_P.primary, "bool"),
        "created_at": Field(_P.created_at, "datetime", sortable=True, nullable=False),
        "updated_at": Field(_P.updated_at, "datetime", sortable=True, nullable=False),
    },
    default_sort="created_at",
    columns=tuple(_P[name] for name in DealContactOut.model_fields),
    item_fields=tuple(DealContactOut.model_fields),
    id_field="contact_id",
)


async def contact_of(connection: AsyncConnection, deal_id: UUID, contact_id: UUID) -> Row[Any]:
    """That contact of the deal. Refuses with `deal_contact_not_found`."""
    query = select(*LISTING.columns or ()).where(_P.deal_id == deal_id, _P.contact_id == contact_id)
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        raise DomainError("deal_contact_not_found", "The deal has no such contact.")
    return row


async def how_many_contacts(connection: AsyncConnection, deal_id: UUID) -> int:
    """Different people of a deal, the primary contact included."""
    described = select(_C.contact_id).where(_C.deal_id == deal_id, _C.removed_at.is_(None))
    primary = select(_D.contact_id).where(_D.id == deal_id, _D.contact_id.is_not(None))
    people = described.union(primary).subquery("people")
    return int(await connection.scalar(select(func.count()).select_from(people)) or 0)
