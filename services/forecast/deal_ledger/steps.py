"""Statements about deals beside how each deal stood before: what changed, when, from what to what."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Subquery, or_, select, true, tuple_

from services.forecast.deal_ledger.tables import deal_fact

STANDING = (
    *("status", "stage_id", "stage", "forecast_category", "probability", "base_amount", "base_currency"),
    *("expected_close", "owner_id", "product_id"),
)
"""What is told of a deal before and after a step."""


def steps(since: datetime, until: datetime) -> Subquery:
    """Each statement that counts from an instant of [since, until), in the order told: `deal_id`, `sequence`,
    `part`, `at`, `known_at`, then each of STANDING `_before` and `_after`. A deal's first statement is none.

    Of an imported deal's past only the stages differ: nothing else of it was told.
    """
    after = deal_fact.alias("after")
    before = _statement_before(after).lateral("before")
    told = [
        found.c[name].label(f"{name}_{side}")
        for side, found in (("before", before), ("after", after))
        for name in STANDING
    ]
    return (
        select(
            after.c.deal_id,
            after.c.sequence,
            after.c.part,
            after.c.valid_from.label("at"),
            after.c.known_at,
            *told,
        )
        .select_from(after.join(before, true()))
        .where(
            after.c.valid_from >= since,
            after.c.valid_from < until,
            or_(after.c.sequence > 1, after.c.part > 0),
        )
        .subquery("step")
    )


def pushes(since: datetime, until: datetime) -> Subquery:
    """The steps of [since, until) that put off the close of an open deal, by how many `days`: `deal_id`,
    `sequence`, `at`, and each of STANDING `_after`. By an index of nothing else."""
    fact = deal_fact.c
    told = (fact[name].label(f"{name}_after") for name in STANDING)
    return (
        select(
            *(fact.deal_id, fact.sequence, fact.valid_from.label("at"), fact.pushed_days.label("days")),
            *told,
        )
        .where(fact.pushed_days.is_not(None), fact.valid_from >= since, fact.valid_from < until)
        .subquery("push")
    )


def in_stage_since(step: FromClause) -> ColumnElement[Any]:
    """Since when the deal had been in the stage it was in before the step."""
    entered, other = deal_fact.alias("entered"), deal_fact.alias("other")
    meanwhile = (
        select(other.c.deal_id)
        .where(
            other.c.deal_id == step.c.deal_id,
            _order(other) > _order(entered),
            _order(other) < tuple_(step.c.sequence, step.c.part),
            other.c.stage_id != step.c.stage_id_before,
        )
        .correlate_except(other)
        .exists()
    )
    return (
        select(entered.c.valid_from)
        .where(
            entered.c.deal_id == step.c.deal_id,
            entered.c.stage_id == step.c.stage_id_before,
            _order(entered) < tuple_(step.c.sequence, step.c.part),
            ~meanwhile,
        )
        .order_by(entered.c.sequence, entered.c.part)
        .limit(1)
        .correlate_except(entered)
        .scalar_subquery()
    )


def _statement_before(after: Any) -> Any:
    earlier = deal_fact.alias("earlier")
    return (
        select(*(earlier.c[name] for name in STANDING))
        .where(earlier.c.deal_id == after.c.deal_id, _order(earlier) < _order(after))
        .order_by(earlier.c.sequence.desc(), earlier.c.part.desc())
        .limit(1)
    )


def _order(statement: Any) -> Any:
    return tuple_(statement.c.sequence, statement.c.part)
