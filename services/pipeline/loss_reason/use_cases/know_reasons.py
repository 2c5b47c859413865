"""Which reason is meant, known without asking the database."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.kept import Kept
from services.pipeline.loss_reason import repository
from services.pipeline.loss_reason.domain import LossReason, Outcome, Reasons
from shared.contracts.errors import DomainError

KEPT_REASONS: Kept[Reasons] = Kept(repository.REASONS.table, repository.load)
_SAID: Mapping[str, Outcome] = {"loss_reason": "lost", "win_reason": "won"}


async def reason_meant(connection: AsyncConnection, said: str, outcome: Outcome) -> LossReason | None:
    """The reason in use; None where the organisation tells no reasons apart: then any words will do.

    Refuses with `reason_unknown`, after reading the reasons anew.
    """
    try:
        return (await KEPT_REASONS.get(connection)).meant(said, outcome)
    except DomainError:
        return (await KEPT_REASONS.fresh(connection)).meant(said, outcome)


async def with_reasons(connection: AsyncConnection, details: Mapping[str, Any]) -> dict[str, Any]:
    """What another system says of a deal, with the reasons that its words are; words stay as they were said,
    and any will do."""
    said = {name: details[name] for name in _SAID if details.get(name) is not None}
    if not said:
        return dict(details)
    reasons = await KEPT_REASONS.get(connection)
    found = {name: reasons.known(words, _SAID[name]) for name, words in said.items()}
    return {**details, **{f"{name}_id": reason and reason.id for name, reason in found.items()}}
