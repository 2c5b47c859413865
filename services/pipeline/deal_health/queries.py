"""What the health of a deal is judged by, beside the deal itself."""

from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal.domain.deal import Deal
from services.pipeline.deal.rows import PASSAGES
from services.pipeline.deal_activity.queries import last_done
from services.pipeline.deal_contact.queries import how_many_contacts
from services.pipeline.deal_health.domain import Beside, Norm

_P = PASSAGES.c
_LAST = 1000
_DAY = 86_400


async def beside(connection: AsyncConnection, deal: Deal) -> Beside:
    """Contacts, the last activity done, and the norm of the stage."""
    done = (await last_done(connection, [deal.id])).get(deal.id)
    return Beside(
        contacts=await how_many_contacts(connection, deal.id),
        last_done_at=done.at if done else None,
        norm=await _norm(connection, deal),
    )


async def _norm(connection: AsyncConnection, deal: Deal) -> Norm:
    """Of the last thousand stays of other deals in the stage that are over, newest first by index."""
    stays = (
        select(func.extract("epoch", _P.left_at - _P.entered_at).label("seconds"))
        .where(_P.stage_id == deal.stage.id, _P.left_at.is_not(None), _P.outcome.is_(None))
        .where(_P.deal_id != deal.id)
        .order_by(_P.entered_at.desc())
        .limit(_LAST)
        .subquery("stays")
    )
    quartile = func.percentile_cont(0.75).within_group(stays.c.seconds)
    count, seconds = (await connection.execute(select(func.count(), quartile).select_from(stays))).one()
    return Norm(count, None if seconds is None else Decimal(str(round(float(seconds) / _DAY, 1))))
