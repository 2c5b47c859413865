"""The list of what changed: one row for each thing of each statement."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Numeric,
    Row,
    Select,
    Subquery,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    select,
    true,
    union_all,
)

from services.forecast.deal_change.domain import CATEGORIES, DIRECTIONS, WHATS, What
from services.forecast.deal_change.schemas import DealChangeOut, StoodOut
from services.forecast.deal_ledger.rows import names_of_deals
from services.forecast.deal_ledger.steps import STANDING, in_stage_since, steps
from services.forecast.tables import ORGANISATION
from shared.contracts.identity import Identity
from shared.contracts.money import Money
from shared.organisation.queries import owned_by_team
from shared.organisation.scope import owner_scope
from shared.reporting.figures import cents
from shared.web.listing import Field, Listing

_SECONDS_OF_HOUR = 3600


@dataclass(frozen=True, slots=True)
class Span:
    """Changes that count from an instant of [since, until)."""

    since: datetime
    until: datetime


def listing(span: Span) -> Listing:
    """The changes of the span, the newest first: found statement by statement from the newest on, so that a
    page costs what it shows, however long the span is."""
    step = steps(span.since, span.until)
    each = union_all(*(_changed(step, what) for what in WHATS)).lateral("each")
    key = func.concat(step.c.deal_id, "-", step.c.sequence, "-", step.c.part, "-", each.c.what)
    change = select(*step.c, key.label("id"), *each.c).join(each, true()).subquery("change")
    name, found = names_of_deals(), change.c
    return Listing(
        name="deal-changes",
        table=change.outerjoin(name, name.c.deal_id == found.deal_id),
        fields={
            "id": Field(found.id, "text", filterable=False, nullable=False),
            "deal_id": Field(found.deal_id, "uuid", nullable=False),
            "what": Field(found.what, "enum", values=WHATS, nullable=False),
            "direction": Field(found.direction, "enum", values=DIRECTIONS, nullable=False),
            "at": Field(found.at, "datetime", sortable=True, nullable=False),
            "known_at": Field(found.known_at, "datetime", sortable=True, nullable=False),
            "owner_id": Field(found.owner_id_after, "uuid", description="Who owned it afterwards."),
            "product_id": Field(found.product_id_after, "uuid", description="Of which product it was then."),
            "days_moved": Field(found.days_moved, "int", sortable=True),
            "amount_change": Field(found.amount_change, "decimal", sortable=True),
        },
        default_sort="-at",
        columns=(*found, name.c.name, _hours(change)),
        item_fields=tuple(DealChangeOut.model_fields),
    )


def readable(listing: Listing, identity: Identity, team_id: UUID | None) -> list[ColumnElement[bool]]:
    """Of the changes those of deals that were the caller's to see afterwards."""
    owner = listing.fields["owner_id"].column
    found = [owner_scope(ORGANISATION, identity, owner)]
    return found if team_id is None else [*found, owned_by_team(ORGANISATION, owner, team_id)]


def change_of(row: Row[Any]) -> DealChangeOut:
    """A row of the list."""
    values = row._mapping
    names = ("id", "deal_id", "name", "what", "direction", "at", "known_at", "days_moved", "hours_in_stage")
    currency, change = values["base_currency_after"], values["amount_change"]
    return DealChangeOut(
        **{name: values[name] for name in names},
        before=_stood(row, "before"),
        after=_stood(row, "after"),
        amount_change=None if change is None else _money(change, currency),
    )


def _stood(row: Row[Any], side: str) -> StoodOut:
    values = {name: row._mapping[f"{name}_{side}"] for name in STANDING}
    amount = values["base_amount"]
    known = {name: value for name, value in values.items() if name in StoodOut.model_fields}
    return StoodOut(**known, amount=None if amount is None else _money(amount, values["base_currency"]))


def _money(amount: Any, currency: str) -> Money:
    return Money.model_construct(amount=cents(amount), currency=currency)


def _changed(step: FromClause, what: What) -> Select[Any]:
    """One row where this of the step changed."""
    changed, direction = _RULES[what](step)
    days = step.c.expected_close_after - step.c.expected_close_before
    same_currency = step.c.base_currency_before == step.c.base_currency_after
    grown = case((same_currency, step.c.base_amount_after - step.c.base_amount_before))
    return (
        select(
            literal(what).label("what"),
            direction.label("direction"),
            (days if what == "close_date" else cast(null(), Integer)).label("days_moved"),
            (grown if what == "amount" else cast(null(), Numeric)).label("amount_change"),
        )
        .where(changed)
        .correlate(step)
    )


def _sides(step: FromClause, name: str) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    return step.c[f"{name}_before"], step.c[f"{name}_after"]


def _amount(step: FromClause) -> tuple[ColumnElement[bool], ColumnElement[str]]:
    before, after = _sides(step, "base_amount")
    changed = before.is_distinct_from(after)
    return changed, case((after > before, "increased"), (after < before, "decreased"), else_="set")


def _close_date(step: FromClause) -> tuple[ColumnElement[bool], ColumnElement[str]]:
    before, after = _sides(step, "expected_close")
    changed = and_(before.is_distinct_from(after), step.c.status_after == "open")
    return changed, case((after > before, "pushed"), (after < before, "pulled"), else_="set")


def _stage(step: FromClause) -> tuple[ColumnElement[bool], ColumnElement[str]]:
    before, after = _sides(step, "stage_id")
    then, now = _sides(step, "probability")
    return before != after, case((now > then, "forward"), (now < then, "back"), else_="set")


def _category(step: FromClause) -> tuple[ColumnElement[bool], ColumnElement[str]]:
    before, after = _sides(step, "forecast_category")
    open_ = and_(step.c.status_before == "open", step.c.status_after == "open")
    then, now = (func.array_position(list(CATEGORIES), each) for each in (before, after))
    return and_(before != after, open_), case((now > then, "up"), (now < then, "down"), else_="set")


def _outcome(step: FromClause) -> tuple[ColumnElement[bool], ColumnElement[str]]:
    before, after = _sides(step, "status")
    return before != after, case((after == "open", "reopened"), else_=after)


_RULES: dict[What, Any] = {
    "amount": _amount,
    "close_date": _close_date,
    "stage": _stage,
    "category": _category,
    "outcome": _outcome,
}


def _hours(change: Subquery) -> ColumnElement[Any]:
    stayed = func.extract("epoch", change.c.at - in_stage_since(change))
    hours = func.round(cast(func.greatest(stayed, 0) / _SECONDS_OF_HOUR, Numeric), 1)
    return case((change.c.what == "stage", hours)).label("hours_in_stage")


OPENAPI = listing(Span(datetime(2027, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC))).openapi
"""What can be asked of the list, which is the same for every span."""
