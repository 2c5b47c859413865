"""The order of the cards in a column, as SQL."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, FromClause, Numeric, and_, case, cast, func, literal, text

from services.pipeline.board.tables import deal_place
from shared.persistence.types import Instant

STANDS = text("deal_place.valid_to = 'infinity'")
_P = deal_place.c


def placed(table: FromClause, deals: FromClause, at: datetime | None = None) -> FromClause:
    """The table, in which `deals` are, each with the place it was given in its stage, where it was, now or
    as of then."""
    then = literal(at, Instant)
    there = and_(
        STANDS if at is None else and_(_P.placed_at <= then, _P.valid_to > then),
        _P.deal_id == deals.c.id,
        _P.stage_id == deals.c.stage_id,
        _P.stage_entered_at == deals.c.stage_entered_at,
    )
    return table.outerjoin(deal_place, there)


def rank_of(deals: FromClause) -> ColumnElement[Decimal]:
    """Orders `placed` cards, those of one rank by id; without a place the newest come first."""
    newest_first = cast(-func.extract("epoch", deals.c.stage_entered_at), Numeric)
    return case((_P.deal_id.is_not(None), _P.rank), else_=newest_first)
