"""Hand in the forecast of a period, or keep a draft of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.adjustment.domain import not_negative, still_to_come
from services.forecast.node.domain import Node, Tree, judged_from, named_node, one_named
from services.forecast.node.queries import load_tree
from services.forecast.submission import repository
from services.forecast.submission.domain import LOCK, OVERDUE, Frozen, Stated, Submission, SubmissionError
from services.forecast.submission.repository import Change
from services.forecast.submission.use_cases.freeze_nodes import freeze_nodes
from services.forecast.submission_rule.domain import kind_of
from services.forecast.submission_rule.queries import load_rules
from services.forecast.submission_rule.use_cases.set_rules import load_office
from services.forecast.tables import ORGANISATION
from shared.agenda.domain import Due
from shared.agenda.planning import plan_work
from shared.contracts.identity import Identity
from shared.contracts.ids import new_id
from shared.contracts.money import Money
from shared.contracts.periods import Period
from shared.organisation.queries import Organisation, load_organisation, load_rates
from shared.reporting.asked import named_period


@dataclass(frozen=True, slots=True)
class _Here:
    """Who hands in when, and what is known then."""

    organisation: Organisation
    tree: Tree
    by: Identity
    now: datetime


@dataclass(frozen=True, slots=True)
class Words:
    """What is said beside the figures: the number foretold, and why."""

    stated: Money | None
    note: str | None
    status: Literal["draft", "submitted"] = "submitted"


async def submit_forecast(
    connection: AsyncConnection,
    words: Words,
    *,
    period: str,
    team_id: UUID | None,
    owner_id: UUID | None,
    by: Identity,
    now: datetime,
) -> tuple[Submission, bool]:
    """The submission for the deadline that comes next, and whether it is new. What was asked for, drafted,
    returned or handed in before is handed in anew.

    Refuses with `period_invalid`, `period_over`, `reference_unknown`, `forbidden`, `validation_failed`,
    `rate_missing`, `state_conflict`, and with `submission_locked` after the last deadline and its grace.
    """
    organisation = await load_organisation(connection, ORGANISATION)
    span = still_to_come(named_period(period, organisation.calendar, now=now, pointer="/period"), now)
    tree = await load_tree(connection)
    node = named_node(one_named(Node(team_id, owner_id)), by, tree)
    judged_from(node, by, tree)
    due_at, locks_at = await _deadline(connection, span, now)
    here = _Here(organisation, tree, by, now)
    held = await repository.find(connection, span, node, due_at)
    if held is None:
        nothing = Submission(
            id=new_id(),
            period=span,
            node=node,
            frozen=await _frozen(connection, span, node, here),
            due_at=due_at,
            locks_at=locks_at,
            created_at=now,
            updated_at=now,
            version=0,
        )
        change = await _said(connection, nothing, words, nothing.frozen, here)
        if await repository.add(connection, [change]):
            await plan_ends(connection, [change.state])
            return change.state, True
        held = await repository.find(connection, span, node, due_at)
    if held is None:
        raise SubmissionError("version_conflict", "Somebody else handed it in just now; read it again.")
    return await _anew(connection, held, words, here), False


async def submit_again(
    connection: AsyncConnection,
    submission_id: UUID,
    words: Words,
    *,
    by: Identity,
    expected: int | None,
    now: datetime,
) -> Submission:
    """This very one, say after it was returned or unlocked. Refuses with `submission_not_found`,
    `version_conflict`, and as `submit_forecast` does."""
    held = await repository.get(connection, submission_id)
    tree = await load_tree(connection)
    if tree.side_of(held.node, by) is None:
        raise SubmissionError("submission_not_found", f"There is no submission {submission_id}.")
    if expected not in (None, held.version):
        raise SubmissionError("version_conflict", "The submission was changed meanwhile.")
    still_to_come(held.period, now)
    organisation = await load_organisation(connection, ORGANISATION)
    return await _anew(connection, held, words, _Here(organisation, tree, by, now))


async def plan_ends(connection: AsyncConnection, those: list[Submission]) -> None:
    """When each is overdue, and when it is locked."""
    late = [Due(OVERDUE, each.id, each.due_at) for each in those if each.due_at is not None]
    await plan_work(connection, late)
    await plan_work(connection, [Due(LOCK, each.id, each.locks_at) for each in those])


async def _anew(connection: AsyncConnection, held: Submission, words: Words, here: _Here) -> Submission:
    """With the figures of now. A node that is gone keeps those it was frozen with."""
    frozen = held.frozen
    if held.node in here.tree:
        frozen = await _frozen(connection, held.period, held.node, here)
    change = await _said(connection, held, words, frozen, here)
    await repository.save(connection, [change])
    return change.state


async def _said(
    connection: AsyncConnection, held: Submission, words: Words, frozen: Frozen, here: _Here
) -> Change:
    say = held.drafted if words.status == "draft" else held.submitted
    stated = await _stated(connection, words.stated, here.organisation, here.now)
    by = here.by.member_id
    state, fact = say(frozen, stated, words.note, by=by, now=here.now)
    return Change(state, fact, by)


async def _frozen(connection: AsyncConnection, period: Period, node: Node, here: _Here) -> Frozen:
    found = await freeze_nodes(
        connection, period, [node], organisation=here.organisation, tree=here.tree, now=here.now
    )
    return found[node]


async def _stated(
    connection: AsyncConnection, stated: Money | None, organisation: Organisation, now: datetime
) -> Stated | None:
    if stated is None:
        return None
    base = organisation.base_currency
    rates = await load_rates(connection, ORGANISATION, [stated.currency], base)
    today = organisation.calendar.local_date(now)
    return Stated(stated, rates.to_base(not_negative(stated), today, pointer="/stated/currency").amount)


async def _deadline(
    connection: AsyncConnection, period: Period, now: datetime
) -> tuple[datetime | None, datetime]:
    """When a submission made now is due, and when it is locked: without a rule at the end of the period."""
    rule = (await load_rules(connection)).of(kind_of(period))
    if rule is None:
        return None, period.ends_at
    found = rule.round_of(period, await load_office(connection), now=now)
    if found is None:
        raise SubmissionError("submission_locked", "The last deadline of this period has passed.")
    return found.due_at, found.due_at + rule.grace
