"""The competitors of deals: those recorded, and the one that the deal's text names."""

from typing import Any, get_args
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Integer,
    Row,
    Text,
    and_,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.competitor.repository import COMPETITOR_ROWS, SPELLINGS
from services.pipeline.competitor.spelling import spelt
from services.pipeline.deal.rows import DEALS
from services.pipeline.deal_competitor.domain import CompetitorStatus
from services.pipeline.deal_competitor.schemas import DealCompetitorOut
from services.pipeline.deal_competitor.tables import deal_competitor
from shared.contracts.errors import DomainError
from shared.web.listing import Field, Listing

_C, _D, _R, _S = deal_competitor.c, DEALS.c, COMPETITOR_ROWS.c, SPELLINGS.c
_OTHER = COMPETITOR_ROWS.alias("same")
_NOW = func.coalesce(_R.merged_into, _R.id).label("competitor_id")
# One row for each that is one competitor now: the first recorded.
_MET = (
    select(
        _NOW,
        *(_C.deal_id, _C.status, _C.strengths, _C.weaknesses, _C.recorded_by),
        *(_C.created_at, _C.updated_at, _C.version),
    )
    .ext(distinct_on(_C.deal_id, _NOW))
    .select_from(deal_competitor.join(COMPETITOR_ROWS, _R.id == _C.competitor_id))
    .where(_C.removed_at.is_(None))
    .order_by(_C.deal_id, _NOW, _C.created_at, _C.id)
    .subquery("met")
)
_NAMED = (
    select(
        *(_S.competitor_id, _D.id.label("deal_id"), null().cast(Text), null().cast(Text)),
        *(null().cast(Text), null().cast(Text), _D.created_at, _D.created_at, literal(0, Integer)),
    )
    .select_from(DEALS.join(SPELLINGS, _S.spelling == spelt(_D.competitor)))
    .where(
        ~exists()
        .where(
            _C.deal_id == _D.id,
            _C.removed_at.is_(None),
            _OTHER.c.id == _C.competitor_id,
            or_(_OTHER.c.id == _S.competitor_id, _OTHER.c.merged_into == _S.competitor_id),
        )
        .correlate(DEALS, SPELLINGS)
    )
)
_ALL = union_all(select(_MET), _NAMED).subquery("rivals")
_A = _ALL.c
_IS_NAMED = func.coalesce(
    exists()
    .where(_S.spelling == spelt(_D.competitor), _S.competitor_id == _A.competitor_id)
    .correlate(DEALS, _ALL),
    False,
)
_LOST_TO = and_(_D.status == "lost", _IS_NAMED)
_ADDED = {"name": _R.name, "named": _IS_NAMED, "lost_to": _LOST_TO}
LISTING = Listing(
    name="deal-competitors",
    table=_ALL.join(DEALS, _D.id == _A.deal_id).join(COMPETITOR_ROWS, _R.id == _A.competitor_id),
    fields={
        "competitor_id": Field(_A.competitor_id, "uuid", nullable=False),
        "name": Field(_R.name, "text", sortable=True),
        "status": Field(_A.status, "enum", values=get_args(CompetitorStatus)),
        "created_at": Field(_A.created_at, "datetime", sortable=True, nullable=False),
    },
    default_sort="created_at",
    columns=tuple(
        _ADDED[name].label(name) if name in _ADDED else _A[name] for name in DealCompetitorOut.model_fields
    ),
    item_fields=tuple(DealCompetitorOut.model_fields),
    id_field="competitor_id",
)


async def competitor_of(connection: AsyncConnection, deal_id: UUID, competitor_id: UUID) -> Row[Any]:
    """That competitor of the deal. Refuses with `deal_competitor_not_found`."""
    query = (
        select(*LISTING.columns or ())
        .select_from(LISTING.table)
        .where(_A.deal_id == deal_id, _A.competitor_id == competitor_id)
    )
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        raise DomainError("deal_competitor_not_found", "The deal has no such competitor.")
    return row


def of_deal(deal_id: UUID) -> ColumnElement[bool]:
    """Those of this deal."""
    return _A.deal_id == deal_id
