"""The deals of a part."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Numeric, Subquery, and_, case, cast, func, or_, select, tuple_

from services.forecast.deal_ledger.rows import names_of_deals
from services.forecast.waterfall.domain import INS, OUTS, Opened, Situation, flows_of
from services.forecast.waterfall.queries.pairs import Compared, Selection, side_by_side, unseen
from services.forecast.waterfall.schemas import PartDealOut
from shared.contracts.identity import Identity
from shared.contracts.periods import Calendar
from shared.web.listing import Field, Listing

_S = Situation


def listing(compared: Compared, part: Opened) -> Listing:
    """The deals of a part, the largest share first."""
    pair = side_by_side(compared).subquery("pair")
    among, share = opened(pair, part)
    chosen = select(*pair.c, cast(share, Numeric).label("share")).where(among).subquery("chosen")
    name, deal = names_of_deals(), chosen.c
    return Listing(
        name=f"waterfall-deals/{part}/{compared.period.name}",
        table=chosen.outerjoin(name, name.c.deal_id == deal.deal_id),
        fields={
            "deal_id": Field(deal.deal_id, "uuid", nullable=False),
            "share": Field(deal.share, "decimal", sortable=True, nullable=False),
            "name": Field(name.c.name, "text"),
        },
        default_sort="-share",
        columns=(*deal, name.c.name),
        item_fields=tuple(PartDealOut.model_fields),
        id_field="deal_id",
    )


def opened(pair: Subquery, part: Opened) -> tuple[ColumnElement[bool], ColumnElement[Any]]:
    """Which pairs are in the part, and how much each of them is of it."""
    came, went = (func.coalesce(pair.c[f"amount_{side}"], 0) for side in ("before", "after"))
    among = tuple_(pair.c.before, pair.c.after).in_([(b.value, a.value) for b, a in flows_of(part)])
    if part in INS:
        return among, case((unseen(pair.c.before), went), else_=came)
    if part in OUTS:
        return among, case((unseen(pair.c.after), came), else_=went)
    if part == "increased":
        return and_(among, went > came), went - came
    if part == "decreased":
        return and_(among, went < came), came - went
    if part == "closed_corrected":
        was = case((pair.c.before == _S.WON.value, came), else_=0)
        is_ = case((pair.c.after == _S.WON.value, went), else_=0)
        return and_(among, or_(pair.c.before != pair.c.after, was != is_)), is_ - was
    return among, came if part.endswith("since") else went


ANY = Compared(
    Calendar().period("2027", now=datetime(2027, 1, 1, tzinfo=UTC)),
    None,
    None,
    Selection(),
    Identity(sub="", kind="service", role="", scope="none"),
    "EUR",
)
OPENAPI = listing(ANY, "new").openapi
"""What can be asked of the list, which is the same for every question."""
