"""All that was ever told of one deal."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import MAXYEAR, datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.deal_ledger.domain import LedgerError, Standing
from services.forecast.deal_ledger.schemas import ChangeOut, DealLedgerOut, StatementOut
from services.forecast.deal_ledger.tables import deal_fact, deal_now
from services.forecast.tables import ORGANISATION
from shared.contracts.identity import Identity
from shared.contracts.money import Money
from shared.organisation.scope import owner_scope

MOST = 500
_STANDING = [field.name for field in fields(Standing)]
_MONEY = {"amount": "currency", "base_amount": "base_currency"}


async def ledger_of(
    connection: AsyncConnection,
    deal_id: UUID,
    *,
    by: Identity,
    as_of: datetime,
    known_at: datetime | None,
) -> DealLedgerOut:
    """The newest statements about a deal. Refuses with `deal_not_found` another's, and what is not there."""
    mine = owner_scope(ORGANISATION, by, deal_now.c.owner_id)
    name = await connection.scalar(select(deal_now.c.name).where(deal_now.c.deal_id == deal_id, mine))
    if name is None:
        raise LedgerError("deal_not_found", f"There is no deal {deal_id}.")
    fact = deal_fact.c
    newest_first = select(deal_fact).where(fact.deal_id == deal_id).limit(MOST + 1)
    rows = (await connection.execute(newest_first.order_by(fact.sequence.desc(), fact.part.desc()))).all()
    told = rows[::-1]
    held = _held(told, as_of, known_at)
    shown = [
        _statement(row, before, holds=row is held)
        for before, row in pairwise([None, *told])
        if row is not None
    ]
    return DealLedgerOut(
        deal_id=deal_id,
        name=name,
        as_of=as_of,
        known_at=known_at,
        statements=shown[-MOST:],
        earlier_left_out=len(rows) > MOST,
    )


def _held(told: Sequence[Row[Any]], as_of: datetime, known_at: datetime | None) -> Row[Any] | None:
    """The last statement that reaches back to the instant and had been told."""
    known = [row for row in told if known_at is None or row.known_at <= known_at]
    return next((row for row in reversed(known) if row.valid_from <= as_of), None)


def _statement(row: Row[Any], before: Row[Any] | None, *, holds: bool) -> StatementOut:
    standing = {name: getattr(row, name) for name in StatementOut.model_fields if name in _STANDING}
    standing |= {name: _money(row, name) for name in _MONEY}
    return StatementOut(
        sequence=row.sequence,
        part=row.part,
        valid_from=row.valid_from,
        valid_to=None if row.valid_to.year == MAXYEAR else row.valid_to,
        known_at=row.known_at,
        reconstructed=row.reconstructed,
        holds=holds,
        **standing,
        changed=[] if before is None else _changes(before, row),
    )


def _money(row: Row[Any], name: str) -> Money | None:
    amount = getattr(row, name)
    return None if amount is None else Money(amount=amount, currency=getattr(row, _MONEY[name]))


def _changes(before: Row[Any], after: Row[Any]) -> list[ChangeOut]:
    return [
        ChangeOut(field=name, before=getattr(before, name), after=getattr(after, name))
        for name in _STANDING
        if getattr(before, name) != getattr(after, name)
    ]
