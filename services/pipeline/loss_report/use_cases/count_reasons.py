"""Why deals of a period ended so, with the definition of every figure."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal_report.queries import sample_of
from services.pipeline.deal_report.schemas import Cut
from services.pipeline.loss_reason.domain import Outcome
from services.pipeline.loss_report.queries import Study, by_reason
from services.pipeline.loss_report.schemas import (
    Interval,
    LossReasonsOut,
    OwnSplit,
    ReasonFigures,
    ReasonTotals,
)
from services.pipeline.tables import ORGANISATION
from shared.contracts.identity import Identity
from shared.contracts.periods import Period
from shared.organisation.queries import load_organisation
from shared.reporting.asked import Asked, question_of
from shared.reporting.figures import Meanings, defined, money, period_shown, ratio


def meanings(outcome: Outcome) -> Meanings:
    """What every figure is."""
    return {
        "deals": (
            f"Deals that are {outcome} now and closed in the period, by the reason given: one of the "
            "organisation's by its id or, for words from before it was there, by its key or label; else by "
            "the words, letter case and blanks aside. A deal that was reopened does not count.",
            None,
        ),
        "deals_share": ("Deals of the reason", "Deals of all reasons in the same interval and part"),
        "value": ("Amounts of these deals in base currency, at the rate of the day each closed.", None),
        "value_share": ("Value of the reason", "Value of all reasons in the same interval and part"),
        "without_amount": ("Of the deals, those without an amount in the present base currency.", None),
    }


async def count_reasons(
    connection: AsyncConnection,
    caller: Identity,
    asked: Asked,
    cut: Cut,
    *,
    outcome: Outcome,
    interval: Interval | None,
    own_split: OwnSplit | None,
    now: datetime,
) -> LossReasonsOut:
    """Of the deals the caller may read. One query over those that closed in the period."""
    organisation = await load_organisation(connection, ORGANISATION)
    currency, calendar = organisation.base_currency, organisation.calendar
    period = question_of(asked, calendar, now=now).period
    sample = await sample_of(connection, caller, cut, currency)
    rows = await by_reason(connection, Study(sample, period, outcome, calendar, interval, own_split))
    whole: Mapping[str, Any] = dict(rows[0]) if rows else {}
    return LossReasonsOut(
        period=period_shown(period),
        as_of=now,
        outcome=outcome,
        interval=interval,
        split_by=own_split or cut.group_by,
        currency=currency,
        totals=ReasonTotals(
            deals=whole.get("all_deals", 0),
            value=money(whole.get("all_value") or 0, currency),
            without_amount=whole.get("all_without_amount", 0),
        ),
        items=[_shown(dict(row), currency) for row in rows],
        left_out=whole.get("rows", 0) - len(rows),
        definitions=defined(meanings(outcome), _when(period)),
    )


def _shown(row: Mapping[str, Any], currency: str) -> ReasonFigures:
    value = row["value"] or Decimal()
    plain = ("interval_start", "key", "name", "reason_id", "reason_key", "reason", "deals", "without_amount")
    return ReasonFigures(
        **{name: row[name] for name in plain},
        deals_share=ratio(row["deals"], row["part_deals"]),
        value=money(value, currency),
        value_share=ratio(value, row["part_value"] or 0),
    )


def _when(period: Period) -> str:
    return (
        f"{period.name}: closed from {period.starts_on} to {period.ends_on} in the organisation's time zone."
    )
