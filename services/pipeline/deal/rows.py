"""Deals and passages as rows, and rows as deals and passages."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import (
    ColumnElement,
    FromClause,
    RowMapping,
    and_,
    case,
    exists,
    func,
    literal_column,
    null,
    or_,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import JSONB

from services.pipeline.body import columns_of, money
from services.pipeline.deal.domain.clock import Clock
from services.pipeline.deal.domain.deal import Deal, SaleKind
from services.pipeline.deal.domain.passage import History, Passage
from services.pipeline.deal.tables import deal, deal_clock, deal_passage, deal_version
from services.pipeline.pipeline.domain import Pipeline, Stage
from services.pipeline.pipeline.rows import read_pipeline, rules_of, stages_of

DEALS: FromClause = deal
"""For the reads of other capabilities: the columns of the table."""
_D, _WON = deal.c, deal.alias("won_before")
WON_BEFORE: ColumnElement[bool] = and_(
    _WON.c.account_id == _D.account_id,
    _WON.c.status == "won",
    or_(_D.closed_at.is_(None), tuple_(_WON.c.closed_at, _WON.c.id) < tuple_(_D.closed_at, _D.id)),
)
"""That the other deal, EARLIER, was won from the same account before this one closed; while this one is open,
that it was won at all."""
EARLIER: FromClause = _WON
SALE_KIND: ColumnElement[SaleKind | None] = case(
    (_D.account_id.is_(None), null()), (exists().where(WON_BEFORE), "repeat"), else_="first"
)
"""Follows from what is known of the account's history now, whoever may read that; null without an account."""
PASSAGES: FromClause = deal_passage
"""The same: deal_id, position, stage_id, entered_at, left_at, outcome."""
VERSIONS: FromClause = deal_version
"""Every state a deal ever had: deal_id, seq, there, status, stage_id, forecast_category and more."""
CLOCKS: FromClause = deal_clock
"""The same: deal_id, due_at, overdue_at, touched_at, rots_at, rotten_at, close_overdue_at, snoozed_until."""
CLOCK = func.to_jsonb(literal_column("deal_clock", JSONB), type_=JSONB)
"""The clock of a deal as one value, where its table is joined."""
COLUMNS = (
    *deal.columns,
    select(CLOCK).where(deal_clock.c.deal_id == deal.c.id).correlate(deal).scalar_subquery().label("clock"),
    stages_of(deal.c.pipeline_id).label("stages"),
    rules_of(deal.c.pipeline_id).label("rules"),
)
_FIELDS = tuple(
    name
    for name in Deal.__dataclass_fields__
    if name
    not in (
        "stage",
        "amount",
        "base_amount",
        "recurring_amount",
        "tags",
        "team_ids",
        "editor_ids",
        "least_amount",
        "most_amount",
        "clock",
        "field_versions",
    )
)
_CLOCK: TypeAdapter[Clock] = TypeAdapter(Clock)


@dataclass(frozen=True, slots=True)
class Found:
    """A deal and its pipeline, as far as that decides about moves."""

    deal: Deal
    pipeline: Pipeline


def as_deal(row: RowMapping, stage: Stage) -> Deal:
    """A row as a deal."""
    fields = {name: row[name] for name in _FIELDS}
    return Deal(
        **fields,
        stage=stage,
        amount=money(row["amount"], row["currency"]),
        base_amount=money(row["base_amount"], row["base_currency"]),
        recurring_amount=money(row["recurring_amount"], row["recurring_currency"]),
        tags=tuple(row["tags"]),
        team_ids=tuple(row["team_ids"] or ()),
        editor_ids=tuple(row["editor_ids"] or ()),
        least_amount=money(row["least_amount"], row["limit_currency"]),
        most_amount=money(row["most_amount"], row["limit_currency"]),
        field_versions=row["field_versions"],
        clock=read_clock(row.get("clock")),
    )


def read_clock(written: Any) -> Clock | None:
    """What CLOCK selected."""
    return None if written is None else _CLOCK.validate_python(written)


def as_found(row: RowMapping) -> Found:
    """A row of COLUMNS as a deal and its pipeline."""
    pipeline = read_pipeline(row["rules"], row["stages"])
    return Found(as_deal(row, pipeline.standing(row["stage_id"])), pipeline)


def deal_row(each: Deal) -> dict[str, Any]:
    """A deal as a row of its table."""
    return {
        **{name: getattr(each, name) for name in _FIELDS},
        "stage_id": each.stage.id,
        **columns_of("amount", "currency", each.amount),
        **columns_of("base_amount", "base_currency", each.base_amount),
        **columns_of("recurring_amount", "recurring_currency", each.recurring_amount),
        "tags": list(each.tags),
        "team_ids": each.team_ids or None,
        "editor_ids": each.editor_ids or None,
        **_limits(each),
        "field_versions": dict(each.field_versions),
    }


def path_row(history: History | None) -> dict[str, Any]:
    """The passages as columns of the deal; nulls where they stay as they are."""
    if history is None:
        return {"path": None, "path_at": None}
    return {
        "path": [None if each.outcome else each.stage_id for each in history],
        "path_at": [each.entered_at for each in history],
    }


def _limits(each: Deal) -> dict[str, Any]:
    """Both are in one currency."""
    one = each.least_amount or each.most_amount
    return {
        "least_amount": each.least_amount and each.least_amount.amount,
        "most_amount": each.most_amount and each.most_amount.amount,
        "limit_currency": one and one.currency,
    }


def as_passage(row: RowMapping) -> Passage:
    """A row as a passage."""
    values = {name: row[name] for name in Passage.__dataclass_fields__}
    return Passage(**{**values, "skipped": tuple(values["skipped"])})


def passage_row(deal_id: UUID, each: Passage) -> dict[str, Any]:
    """A passage of this deal as a row of its table."""
    values = {name: getattr(each, name) for name in Passage.__dataclass_fields__}
    return {"deal_id": deal_id, **values, "skipped": list(each.skipped)}
