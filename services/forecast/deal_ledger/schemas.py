"""What `GET /v1/forecast/ledger/{deal_id}` answers."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, BeforeValidator

from shared.contracts.money import Money


def _written(value: object) -> str | None:
    """Numbers without the zeros that a column fills them up with."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return None if value is None else str(value)


Written = Annotated[str | None, BeforeValidator(_written)]


class ChangeOut(BaseModel):
    """A field that the statement says otherwise than the one told before it. Values as text."""

    field: str
    before: Written
    after: Written


class StatementOut(BaseModel):
    """The deal stood so from `valid_from` until `valid_to` (null: still does); so it was told at `known_at`.

    `sequence` is the version of the deal that said it, `part` its place among what one event said.
    `reconstructed`: of the past of an imported deal, where only stage, probability and category are of then.
    `holds`: this is the statement that answers `as_of` and `known_at`.
    """

    sequence: int
    part: int
    valid_from: datetime
    valid_to: datetime | None
    known_at: datetime
    reconstructed: bool
    holds: bool
    status: str
    stage: str
    forecast_category: str
    probability: Decimal | None
    amount: Money | None
    base_amount: Money | None
    expected_close: date | None
    closed_at: datetime | None
    owner_id: UUID | None
    changed: list[ChangeOut]


class DealLedgerOut(BaseModel):
    """What is known of a deal, in the order of telling; a later statement overrules an earlier one from its
    `valid_from` on. `earlier_left_out`: there are statements before the first one shown."""

    deal_id: UUID
    name: str
    as_of: datetime
    known_at: datetime | None
    statements: list[StatementOut]
    earlier_left_out: bool
