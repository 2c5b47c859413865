"""Reads of submissions: the list, one with its history, and what was foretold for a period by when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, get_args
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, case, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.deal_ledger.queries import deals
from services.forecast.node.domain import Node
from services.forecast.node.queries import visible
from services.forecast.submission.domain import StageSum, Submission, SubmissionError
from services.forecast.submission.rows import as_submission
from services.forecast.submission.schemas import SubmissionOut
from services.forecast.submission.tables import submission, submission_state
from services.forecast.tables import ORGANISATION
from shared.contracts.events.forecast_submission import SubmissionStatus
from shared.contracts.identity import Identity
from shared.contracts.periods import Period
from shared.organisation.queries import owned_by_team
from shared.web.listing import Field, Listing

_S, _T = submission.c, submission_state.c
_MOST = 100_000
LISTING = Listing(
    name="submissions",
    table=submission,
    default_sort="-created_at",
    fields={
        "id": Field(_S.id, "uuid"),
        "period": Field(_S.period, "text", sortable=True),
        "starts_on": Field(_S.starts_on, "date", sortable=True),
        "ends_on": Field(_S.ends_on, "date", sortable=True),
        "team_id": Field(_S.team_id, "uuid"),
        "owner_id": Field(_S.owner_id, "uuid"),
        "author_id": Field(_S.author_id, "uuid"),
        "status": Field(_S.status, "enum", values=get_args(SubmissionStatus)),
        "due_at": Field(_S.due_at, "datetime", sortable=True),
        "submitted_at": Field(_S.submitted_at, "datetime", sortable=True),
        "created_at": Field(_S.created_at, "datetime", sortable=True),
        "updated_at": Field(_S.updated_at, "datetime", sortable=True),
    },
    columns=[_S.state],
    item_fields=tuple(SubmissionOut.model_fields),
)


@dataclass(frozen=True, slots=True)
class Foretold:
    """What was handed in: `number` is the stated amount, else `adjusted`; `computed` and `adjusted` are
    commit with what was closed, all in base currency as of `at`."""

    submission_id: UUID
    number: Decimal
    computed: Decimal
    adjusted: Decimal
    currency: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """A state a submission was in, what was done to bring it there, and by whom."""

    state: Submission
    what: str
    actor_id: UUID | None


async def submitted(connection: AsyncConnection, period: Period, horizon: datetime) -> dict[Node, Foretold]:
    """What was last handed in for exactly these days by the instant, of each node; returned ones too."""
    handed_in = (
        select(_S.team_id, _S.owner_id, _T.state)
        .ext(distinct_on(_S.team_id, _S.owner_id))
        .join(submission, _S.id == _T.submission_id)
        .where(
            _S.starts_on == period.starts_on,
            _S.ends_on == period.ends_on,
            _T.what == "submitted",
            _T.at <= horizon,
        )
        .order_by(_S.team_id, _S.owner_id, _T.at.desc(), _T.version.desc())
    )
    rows = await connection.execute(handed_in.limit(_MOST))
    return {Node(row.team_id, row.owner_id): _foretold(as_submission(row.state)) for row in rows}


async def latest(
    connection: AsyncConnection, period: Period, nodes: Sequence[Node], *, as_of: datetime | None = None
) -> dict[Node, Submission]:
    """The submission of the last deadline of each of these for exactly these days, as it stood then."""
    teams = [node.team_id for node in nodes if node.team_id is not None]
    members = [node.owner_id for node in nodes if node.owner_id is not None]
    of_all = and_(_S.team_id.is_(None), _S.owner_id.is_(None))
    of_days = and_(
        _S.starts_on == period.starts_on,
        _S.ends_on == period.ends_on,
        or_(_S.team_id.in_(teams), _S.owner_id.in_(members), of_all),
    )
    then = and_(of_days, _S.created_at <= as_of) if as_of is not None else of_days
    last = (
        select(_S.id, _S.team_id, _S.owner_id, _S.version)
        .ext(distinct_on(_S.team_id, _S.owner_id))
        .where(then)
        .order_by(_S.team_id, _S.owner_id, _S.due_at.desc().nulls_last(), _S.created_at.desc())
        .subquery("last")
    )
    known = _T.at <= as_of if as_of is not None else _T.version == last.c.version
    query = (
        select(last.c.team_id, last.c.owner_id, _T.state)
        .ext(distinct_on(last.c.id))
        .join(last, and_(last.c.id == _T.submission_id, known))
        .order_by(last.c.id, _T.version.desc())
        .limit(_MOST)
    )
    rows = await connection.execute(query)
    return {Node(row.team_id, row.owner_id): as_submission(row.state) for row in rows}


async def stood(
    connection: AsyncConnection, period: Period, as_of: datetime, *, by: Identity
) -> list[Submission]:
    """Those of every deadline for exactly these days the caller may see, as they stood then, the newest
    first."""
    last = (
        select(_T.submission_id, _T.state, _T.at)
        .ext(distinct_on(_T.submission_id))
        .join(submission, _S.id == _T.submission_id)
        .where(
            _S.starts_on == period.starts_on,
            _S.ends_on == period.ends_on,
            _T.at <= as_of,
            visible_to(by),
        )
        .order_by(_T.submission_id, _T.version.desc())
        .subquery("last")
    )
    newest = select(last.c.state).order_by(last.c.at.desc(), last.c.submission_id.desc())
    return [as_submission(state) for state in await connection.scalars(newest.limit(_MOST))]


def visible_to(identity: Identity) -> ColumnElement[bool]:
    """Those of nodes the caller may see, and those the caller handed in."""
    mine = _S.author_id == identity.member_id if identity.member_id is not None else None
    seen = visible(identity, team_id=_S.team_id, owner_id=_S.owner_id)
    return seen if mine is None or identity.scope in ("none", "partner") else or_(seen, mine)


def listed(row: Row[Any]) -> Submission:
    """A row of the list."""
    return as_submission(row.state)


async def one_visible(connection: AsyncConnection, identity: Identity, submission_id: UUID) -> Submission:
    """Refuses with `submission_not_found`."""
    query = select(_S.state).where(_S.id == submission_id, visible_to(identity))
    state = await connection.scalar(query)
    if state is None:
        raise SubmissionError("submission_not_found", f"There is no submission {submission_id}.")
    return as_submission(state)


async def history(connection: AsyncConnection, submission_id: UUID) -> list[Kept]:
    """Every state, the oldest first; the first thousand."""
    query = select(submission_state).where(_T.submission_id == submission_id).order_by(_T.version)
    rows = await connection.execute(query.limit(1000))
    return [Kept(as_submission(row.state), row.what, row.actor_id) for row in rows]


async def stage_sums(
    connection: AsyncConnection, period: Period, node: Node, *, currency: str
) -> dict[UUID | None, list[StageSum]]:
    """The deals behind the figures by owner: by stage and category, with those won."""
    deal = deals()
    counted = or_(
        and_(deal.c.status == "open", deal.c.expected_close.between(period.starts_on, period.ends_on)),
        _won(deal, period),
    )
    of_node = deal.c.owner_id == node.owner_id if node.owner_id is not None else None
    if node.team_id is not None:
        of_node = owned_by_team(ORGANISATION, deal.c.owner_id, node.team_id)
    place = (deal.c.pipeline_id, deal.c.stage_id, deal.c.stage, deal.c.forecast_category)
    in_base = case((deal.c.base_currency == currency, deal.c.base_amount), else_=0)
    query = (
        select(deal.c.owner_id, *place, func.count(), func.coalesce(func.sum(in_base), 0))
        .where(counted, *(() if of_node is None else (of_node,)))
        .group_by(deal.c.owner_id, *place)
        .order_by(deal.c.owner_id, *place)
    )
    found: dict[UUID | None, list[StageSum]] = {}
    for owner_id, *each in await connection.execute(query):
        found.setdefault(owner_id, []).append(StageSum(*each))
    return found


async def closed_amount(
    connection: AsyncConnection, period: Period, owner_ids: Sequence[UUID] | None, *, currency: str
) -> Decimal:
    """What was won in the days of the period by these owners, or by anybody, in base currency."""
    deal = deals()
    of_owners = () if owner_ids is None else (deal.c.owner_id.in_(owner_ids),)
    query = select(func.coalesce(func.sum(deal.c.base_amount), 0)).where(
        _won(deal, period), deal.c.base_currency == currency, *of_owners
    )
    return Decimal(await connection.scalar(query) or 0)


def _won(deal: Any, period: Period) -> ColumnElement[bool]:
    return and_(
        deal.c.status == "won", deal.c.closed_at >= period.starts_at, deal.c.closed_at < period.ends_at
    )


def _foretold(state: Submission) -> Foretold:
    commit = state.frozen.commit
    return Foretold(
        state.id, state.number, commit.calculated, commit.adjusted, state.frozen.currency, state.updated_at
    )
