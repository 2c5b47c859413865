"""Ended deals counted by reason: one query over those of the period."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    FromClause,
    Interval,
    RowMapping,
    Text,
    and_,
    cast,
    func,
    literal,
    null,
    or_,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal_report.queries import Sample
from services.pipeline.loss_reason.domain import Outcome
from services.pipeline.loss_reason.repository import REASON_ROWS
from services.pipeline.loss_report.schemas import Interval as Unit
from services.pipeline.loss_report.schemas import OwnSplit
from services.pipeline.pipeline.rows import STAGES
from shared.contracts.periods import Calendar, Period
from shared.persistence.types import Instant
from shared.reporting.figures import MOST_GROUPS

_R, _S = REASON_ROWS.c, STAGES.c
_WORDS = {"lost": "loss_reason", "won": "win_reason"}


@dataclass(frozen=True, slots=True)
class Study:
    """The deals that ended so in the period, with the reason each of them has."""

    sample: Sample
    period: Period
    outcome: Outcome
    calendar: Calendar
    interval: Unit | None
    own_split: OwnSplit | None


async def by_reason(connection: AsyncConnection, study: Study) -> Sequence[RowMapping]:
    """At most 500 rows, each with the sums of its part (`part_*`) and of all (`all_*`, `rows`)."""
    sample = _split(study)
    deal, words = sample.deal.c, sample.deal.c[_WORDS[study.outcome]]
    begins = _begins(study, deal.closed_at)
    name = func.min(_S.name) if study.own_split == "stage" else cast(null(), Text)
    plain = _plain(words)
    grouped = [begins, sample.key, _R.id, _R.key, _R.label, func.coalesce(_R.label, plain)]
    part = [begins, sample.key]
    deals, value = func.count(), func.sum(sample.value)
    without = func.count().filter(sample.value.is_(None))
    query = (
        sample.select(
            begins.label("interval_start"),
            sample.key.label("key"),
            name.label("name"),
            _R.id.label("reason_id"),
            _R.key.label("reason_key"),
            func.coalesce(_R.label, func.min(words)).label("reason"),
            deals.label("deals"),
            value.label("value"),
            without.label("without_amount"),
            func.sum(deals).over(partition_by=part).label("part_deals"),
            func.sum(value).over(partition_by=part).label("part_value"),
            func.sum(deals).over().label("all_deals"),
            func.sum(value).over().label("all_value"),
            func.sum(without).over().label("all_without_amount"),
            func.count().over().label("rows"),
        )
        .where(
            deal.status == study.outcome,
            deal.closed_at >= literal(study.period.starts_at, Instant),
            deal.closed_at < literal(study.period.ends_at, Instant),
        )
        .group_by(*grouped)
        .order_by(begins, sample.key.nulls_last(), deals.desc(), grouped[-1])
        .limit(MOST_GROUPS)
    )
    rows: Sequence[RowMapping] = (await connection.execute(query)).mappings().all()
    return rows


def _split(study: Study) -> Sample:
    """The sample joined with the reasons, and split by what only ended deals have."""
    sample, deal = study.sample, study.sample.deal.c
    table: FromClause = sample.table.outerjoin(REASON_ROWS, _is_reason(study))
    if study.own_split == "stage":
        stage_id = func.coalesce(deal.lost_in_stage_id, deal.stage_id)
        table = table.join(STAGES, _S.id == stage_id)
        return replace(sample, table=table, key=cast(stage_id, Text))
    if study.own_split == "competitor":
        return replace(sample, table=table, key=_plain(deal.competitor))
    return replace(sample, table=table)


def _is_reason(study: Study) -> ColumnElement[bool]:
    """By its id, or, for words from before the reason was there, by its key or label."""
    deal, name = study.sample.deal.c, _WORDS[study.outcome]
    named = deal[f"{name}_id"]
    same_words = _plain(deal[name]).in_([_R.key, _plain(_R.label)])
    return and_(_R.outcome == study.outcome, or_(_R.id == named, and_(named.is_(None), same_words)))


def _plain(words: ColumnElement[Any]) -> ColumnElement[str | None]:
    return func.lower(func.regexp_replace(func.btrim(words), r"\s+", " ", "g"), type_=Text)


def _begins(study: Study, at: ColumnElement[Any]) -> ColumnElement[Any]:
    """The first local day of the interval; quarters and years are the organisation's own."""
    if study.interval is None:
        return cast(null(), Date)
    months = study.calendar.fiscal_year_start_month - 1 if study.interval in ("quarter", "year") else 0
    shift = func.make_interval(0, months, type_=Interval)
    local = func.timezone(study.calendar.time_zone, at)
    return cast(func.date_trunc(study.interval, local - shift) + shift, Date)
