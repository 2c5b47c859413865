"""What a listener found is kept, once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.record.domain import Change, Draft
from services.leads.suggestion import repository
from services.leads.suggestion.domain import JUDGE, Suggestion, SuggestionError
from services.leads.suggestion.relevance import features_of
from services.leads.suggestion.schemas import SuggestionIn
from services.leads.tables import SOURCE
from shared.agenda.domain import Due
from shared.agenda.planning import plan_work
from shared.contracts.errors import FieldError
from shared.contracts.ids import new_id
from shared.observability.causes import event_context


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of one: new, or known by its network and id there, or refused."""

    index: int
    became: Literal["created", "unchanged"] | None
    id: UUID | None
    refusal: SuggestionError | None = None


async def receive_suggestions(
    connection: AsyncConnection, bodies: Sequence[tuple[int, SuggestionIn]], *, now: datetime
) -> list[Kept]:
    """What became of each. A handful of statements for all of them; their relevance follows in a moment.

    What was kept before stays as it came first. Refuses a post of the future. Needs a transaction.
    """
    refused = {index for index, body in bodies if body.posted_at > now}
    made = {index: _made(body, now) for index, body in bodies if index not in refused}
    drafts = [Draft(None, (Change(each, "created", now, {}),)) for each in made.values()]
    written = (
        await repository.SUGGESTIONS.insert_new(connection, drafts, event_context(SOURCE)) if drafts else {}
    )
    known = await repository.known_ids(
        connection, {_key(each) for each in made.values() if each.id not in written}
    )
    if written:
        await plan_work(connection, [Due(JUDGE, new_id(), now)])
    return [_future(index) if index in refused else _kept(index, made[index], known) for index, _ in bodies]


def _made(body: SuggestionIn, now: datetime) -> Suggestion:
    values = {name: getattr(body, name) for name in SuggestionIn.model_fields}
    features = features_of(body.text, author=body.author, network=body.network, mentioned=body.mentioned)
    return Suggestion(id=new_id(), created_at=now, updated_at=now, features=features, **values)


def _key(suggestion: Suggestion) -> tuple[str, str]:
    return suggestion.network, suggestion.external_id


def _kept(index: int, suggestion: Suggestion, known: dict[tuple[str, str], UUID]) -> Kept:
    before = known.get(_key(suggestion))
    if before is None or before == suggestion.id:
        return Kept(index, "created", suggestion.id)
    return Kept(index, "unchanged", before)


def _future(index: int) -> Kept:
    detail = "posted_at lies in the future."
    error = FieldError("/posted_at", "in_the_future", detail)
    return Kept(index, None, None, SuggestionError("validation_failed", detail, [error]))
