"""A period by several figures and several methods, whole and by group."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.bottom_up.use_cases.reckon_bottom_up import BottomUp, reckon_bottom_up
from services.forecast.deal_sample.queries import sample_of
from services.forecast.deal_sample.schemas import Cut, Split
from services.forecast.figure_range.domain import Open, leads_by_group
from services.forecast.figure_range.queries import leads_of_groups, open_by_group
from services.forecast.prediction.domain.chosen import Chosen, Part
from services.forecast.prediction.use_cases.foretell_period import foretell_period
from services.forecast.product.queries import product_names
from services.forecast.source_yield.use_cases.expect_from_leads import (
    LeadExpectation,
    expect_from_leads,
    fractions_of,
    month_number,
)
from services.forecast.tables import ORGANISATION
from services.forecast.territory.queries import territories
from shared.contracts.identity import Identity
from shared.organisation.queries import load_organisation
from shared.reporting.asked import Asked, Moment


@dataclass(frozen=True, slots=True)
class Group:
    """`leads` is None with insufficient history."""

    key: UUID | None
    name: str | None
    open: Open
    leads: Decimal | None


@dataclass(frozen=True, slots=True)
class Range:
    """`groups` with the largest first; `predicted` is None with insufficient history."""

    whole: Open
    groups: list[Group]
    leads: LeadExpectation
    bottom_up: BottomUp
    predicted: Decimal | None


async def survey_range(
    connection: AsyncConnection,
    asked: Asked,
    cut: Cut,
    *,
    by: Identity,
    split: Split | None,
    now: datetime,
) -> Range:
    """By what the caller may see. Refuses with `period_invalid`."""
    calendar = (await load_organisation(connection, ORGANISATION)).calendar
    leads = await expect_from_leads(connection, asked, cut, by=by, now=now)
    question, currency = leads.question, leads.currency
    moment = None if question.as_of is None else Moment(question.as_of)
    sample = sample_of(by, cut, currency, moment=moment, split=split)
    opened = await open_by_group(connection, sample, question.period)
    coming: dict[UUID | None, Decimal] = {}
    today = calendar.local_date(leads.as_of)
    if split is not None and leads.enough:
        groups = await leads_of_groups(
            connection,
            by,
            cut,
            split,
            calendar=calendar,
            as_of=leads.as_of,
            past=moment is not None,
            now=month_number(today),
            months=leads.life.months,
        )
        by_source = {each.source: each.brings for each in leads.sources}
        coming = leads_by_group(groups, by_source, fractions_of(question.period, today))
    names = await _names(connection, split, opened.keys() | coming.keys())
    whole = sum(opened.values(), Open())
    foretold = await foretell_period(
        connection,
        question,
        Part(Chosen(cut.team_id, cut.owner_id), by),
        won={None: whole.closed},
        today=today.toordinal(),
    )
    expected = foretold.whole
    return Range(
        whole=whole,
        groups=[] if split is None else _groups(opened, coming, names, enough=leads.enough),
        leads=leads,
        bottom_up=await reckon_bottom_up(connection, asked, cut, by=by, individuals=None, now=now),
        predicted=None if expected is None else Decimal(f"{expected.mean:.6f}"),
    )


def _groups(
    opened: dict[UUID | None, Open],
    coming: dict[UUID | None, Decimal],
    names: dict[UUID, str],
    *,
    enough: bool,
) -> list[Group]:
    groups = [
        Group(
            key,
            names.get(key) if key else None,
            opened.get(key, Open()),
            coming.get(key, Decimal(0)) if enough else None,
        )
        for key in opened.keys() | coming.keys()
    ]

    def weight(group: Group) -> tuple[bool, Decimal, str]:
        return group.key is None, -(group.open.near_closings + group.open.development), str(group.key)

    return sorted(groups, key=weight)


async def _names(connection: AsyncConnection, split: Split | None, keys: set[UUID | None]) -> dict[UUID, str]:
    ids = [key for key in keys if key is not None]
    if split == "product":
        return await product_names(connection, ids)
    if split == "territory":
        return {each.id: each.name for each in (await territories(connection)).values()}
    return {}
