"""What a run expects of a span, added up by the database. Needs no numpy."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy import Uuid as UuidType
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.deal_ledger.queries import deals
from services.forecast.prediction.domain.chosen import Part
from services.forecast.prediction.domain.grid import Place
from services.forecast.prediction.domain.outcome import Moments
from services.forecast.prediction.queries.runs import KeptRun
from services.forecast.prediction.tables import prediction_deal, prediction_sum
from services.forecast.product.queries import products_of
from services.forecast.structure.queries import structure_of, team_groups
from shared.organisation.queries import owned_by_team
from shared.organisation.scope import owner_scope
from shared.organisation.tables import Structure
from shared.reporting.asked import Question

_LATE = timedelta(minutes=1)
_Key = TypeVar("_Key")
_SUMS = 5
"""Of each span: wins, mean, square, and what a deal that is won at most once takes off before and after."""
_S, _D = prediction_sum.c, prediction_deal.c


@dataclass(frozen=True, slots=True)
class Between:
    """Two days of a run's grid."""

    start: Place
    end: Place


@dataclass(frozen=True, slots=True)
class Expected:
    """Of each span: what the model says of the whole organisation, whoever asks (the blend moves all parts by
    the same share); by group and kind (`open`, `coming`) what the run expects; by group what of that is of
    deals that are won, lost or left out by now (or by then). Without a group under None."""

    model: list[float]
    found: list[dict[tuple[UUID | None, str], Moments]]
    gone: list[dict[UUID | None, Moments]]


async def expected(
    connection: AsyncConnection, run: KeptRun, spans: Sequence[Between], part: Part, question: Question
) -> Expected:
    """By one statement."""
    asked = union_all(
        _whole(run, spans), _kept(run, spans, part, question), _gone(run, spans, part, question)
    )
    rows = (await connection.execute(asked)).all()

    def of(what: str) -> Iterable[tuple[tuple[UUID | None, str], int, Sequence[Any]]]:
        return (((row[1], row[2]), row[3], row[4:]) for row in rows if row[0] == what)

    whole = _by_span(of("whole"), spans)
    return Expected(
        model=[sum(each.mean for each in span.values()) for span in whole],
        found=_by_span(of("found"), spans),
        gone=_by_span(((key, deals_, values) for (key, _), deals_, values in of("gone")), spans),
    )


def _whole(run: KeptRun, spans: Sequence[Between]) -> Select[Any]:
    key = cast(null(), UuidType)
    columns = chain(*(_of_sums(span) for span in spans))
    return (
        select(literal("whole"), key.label("key"), _S.kind, func.sum(_S.deals), *columns)
        .where(_S.run_id == run.id, _S.cut == "all")
        .group_by("key", _S.kind)
    )


def _kept(run: KeptRun, spans: Sequence[Between], part: Part, question: Question) -> Select[Any]:
    structure = structure_of(question)
    key, source = _keyed(prediction_sum, part, structure)
    columns = chain(*(_of_sums(span) for span in spans))
    return (
        select(literal("found"), key.label("key"), _S.kind, func.sum(_S.deals), *columns)
        .select_from(source)
        .where(_S.run_id == run.id, _S.cut == part.cut, *_conditions(_S, part, structure))
        .group_by("key", _S.kind)
    )


def _gone(run: KeptRun, spans: Sequence[Between], part: Part, question: Question) -> Select[Any]:
    deal, structure = deals(question.as_of, question.known_at), structure_of(question)
    key, source = _keyed(prediction_deal, part, structure)
    gone = or_(deal.c.status != "open", deal.c.forecast_category == "omitted")
    columns = chain(*(_of_deals(span) for span in spans))
    return (
        select(literal("gone"), key.label("key"), literal("open"), func.count(), *columns)
        .select_from(source.join(deal, deal.c.deal_id == _D.deal_id))
        .where(_D.run_id == run.id, gone, *_conditions(_D, part, structure), *_lately(deal, run, question))
        .group_by("key")
    )


async def model_says(connection: AsyncConnection, run: KeptRun, span: Between) -> float:
    """Of the whole organisation."""
    brought = func.coalesce(func.sum(at(_S.mean, span.end) - at(_S.mean, span.start)), 0.0)
    asked = select(brought).where(_S.run_id == run.id, _S.cut == "all")
    return float((await connection.execute(asked)).scalar_one())


async def won(
    connection: AsyncConnection,
    question: Question,
    part: Part,
    currency: str,
) -> dict[UUID | None, Any]:
    """What was won in the period, by group."""
    deal, structure = deals(question.as_of, question.known_at), structure_of(question)
    key, source = _keyed(deal, part, structure)
    period = question.period
    amount = case((deal.c.base_currency == currency, deal.c.base_amount))
    rows = await connection.execute(
        select(key.label("key"), func.coalesce(func.sum(amount), 0))
        .select_from(source)
        .where(
            deal.c.status == "won",
            deal.c.closed_at >= period.starts_at,
            deal.c.closed_at < period.ends_at,
            *_conditions(deal.c, part, structure),
        )
        .group_by("key")
    )
    return {row[0]: row[1] for row in rows}


def _of_sums(span: Between) -> list[ColumnElement[Any]]:
    curves = (_S.wins, _S.mean, _S.square)
    return [
        *(func.sum(at(each, span.end) - at(each, span.start)) for each in curves),
        *(func.sum(at(_S.own, place)) for place in (span.start, span.end)),
    ]


def _of_deals(span: Between) -> list[ColumnElement[Any]]:
    before, after = (at(_D.chance, place) for place in (span.start, span.end))
    chance = after - before
    return [
        func.sum(chance),
        func.sum(chance * _D.worth),
        func.sum(chance * _D.square),
        func.sum(func.power(before * _D.worth, 2)),
        func.sum(func.power(after * _D.worth, 2)),
    ]


def _by_span(
    rows: Iterable[tuple[_Key, int, Sequence[Any]]], spans: Sequence[Between]
) -> list[dict[_Key, Moments]]:
    """The sums of the spans lie side by side in a row."""
    found: list[dict[_Key, Moments]] = [{} for _ in spans]
    for key, deals_, values in rows:
        for number, of_span in enumerate(found):
            of_span[key] = Moments(deals_, *values[number * _SUMS : (number + 1) * _SUMS])
    return found


def at(curve: ColumnElement[Any], place: Place) -> ColumnElement[Any]:
    """Between its two neighbours on the grid; the database counts from 1."""
    low, high = curve[place.index + 1], curve[place.index + 2]
    return low + literal(place.share) * (high - low)


def _conditions(columns: Any, part: Part, structure: Structure) -> list[ColumnElement[bool]]:
    chosen = part.chosen
    conditions = [owner_scope(structure, part.by, columns.owner_id)]
    if chosen.owner_id is not None:
        conditions.append(columns.owner_id == chosen.owner_id)
    if chosen.product_id is not None:
        conditions.append(columns.product_id == chosen.product_id)
    if chosen.product_family is not None:
        conditions.append(columns.product_id.in_(products_of(chosen.product_family)))
    if chosen.team_id is not None:
        conditions.append(owned_by_team(structure, columns.owner_id, chosen.team_id))
    return conditions


def _keyed(table: FromClause, part: Part, structure: Structure) -> tuple[ColumnElement[Any], FromClause]:
    if part.group_by == "owner":
        return table.c.owner_id, table
    if part.group_by == "product":
        return table.c.product_id, table
    if part.group_by == "team":
        groups = team_groups(structure, part.chosen.team_id)
        return groups.c.group_id, table.outerjoin(groups, groups.c.member_id == table.c.owner_id)
    return cast(null(), UuidType), table


def _lately(deal: FromClause, run: KeptRun, question: Question) -> list[ColumnElement[bool]]:
    """Now only what was told since the run has to be looked at, by index."""
    if question.as_of is not None or question.known_at is not None or run.known_until is None:
        return []
    known_at: ColumnElement[datetime] = deal.c.known_at
    return [known_at > run.known_until - _LATE]
