"""Before each deadline everybody asked has a draft and is reminded, once."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.node.domain import ORGANISATION_NODE, Node, Tree, below
from services.forecast.node.queries import load_tree
from services.forecast.submission import repository
from services.forecast.submission.domain import Submission
from services.forecast.submission.repository import Change
from services.forecast.submission.use_cases.freeze_nodes import freeze_nodes
from services.forecast.submission.use_cases.submit_forecast import plan_ends
from services.forecast.submission_rule.domain import Round, Rule
from services.forecast.submission_rule.queries import load_rules
from services.forecast.submission_rule.use_cases.set_rules import load_office, next_due
from services.forecast.tables import ORGANISATION
from shared.agenda.domain import Due
from shared.agenda.planning import plan_work
from shared.contracts.ids import new_id
from shared.organisation.queries import load_organisation


async def open_rounds(connection: AsyncConnection, entries: Sequence[Due], now: datetime) -> None:
    """The round of each entry, and the next is planned. One whose deadline has passed, or is none any more
    under the present calendar, is not opened."""
    rules = await load_rules(connection)
    office = await load_office(connection)
    for entry in entries:
        rule = rules.of(entry.payload["kind"])
        if rule is None:
            continue
        due_at = datetime.fromisoformat(entry.payload["due_at"])
        found = rule.next_round(office, after=now)
        if found.due_at == due_at:
            await _open(connection, rule, found, now)
        after = max(due_at, now) if found.due_at == due_at else now
        await plan_work(connection, [next_due(rule, office, after=after, now=now)])


async def _open(connection: AsyncConnection, rule: Rule, found: Round, now: datetime) -> None:
    tree = await load_tree(connection)
    there = await repository.of_round(connection, found.period, found.due_at)
    told = [(each, each.reminded(now=now)) for each in there]
    await repository.save(connection, [Change(*after) for _, after in told if after is not None])
    missing = [node for node in _asked(rule, tree) if node not in {each.node for each in there}]
    if not missing:
        return
    organisation = await load_organisation(connection, ORGANISATION)
    frozen = await freeze_nodes(
        connection, found.period, missing, organisation=organisation, tree=tree, now=now
    )
    drafts = [
        Submission(
            id=new_id(),
            period=found.period,
            node=node,
            frozen=frozen[node],
            due_at=found.due_at,
            locks_at=found.due_at + rule.grace,
            created_at=now,
            updated_at=now,
            version=0,
        )
        for node in missing
    ]
    changes = [Change(*after) for each in drafts if (after := each.reminded(now=now)) is not None]
    written = await repository.add(connection, changes)
    await plan_ends(connection, [each.state for each in changes if each.state.id in written])


def _asked(rule: Rule, tree: Tree) -> Iterable[Node]:
    """Active reps, active teams, the organisation, as the rule says."""
    for node in below(tree, ORGANISATION_NODE):
        if node.kind not in rule.asked or not tree.is_active(node):
            continue
        if node.owner_id is None or tree.members[node.owner_id].role == "rep":
            yield node
