"""Who gets how much of a deal. Its owner decides on that."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal.domain.deal import Deal
from services.pipeline.deal.use_cases.note_on_deal import hold_own, note_on_deal
from services.pipeline.deal_split.domain import Split, Splits
from services.pipeline.deal_split.repository import replace_splits, splits_of
from shared.contracts.errors import DomainError, FieldError
from shared.contracts.events.pipeline_deal import DealSplitsChanged, Share
from shared.contracts.identity import Identity
from shared.web.merge import require_version

PART = "splits"


def version_of(deal: Deal) -> int:
    """The version of the deal in which its splits last changed; 0 when they never did."""
    return deal.field_versions.get(PART, 0)


async def set_splits(
    connection: AsyncConnection,
    deal_id: UUID,
    caller: Identity,
    wanted: Splits,
    *,
    seen_version: int | None,
    now: datetime,
) -> Deal:
    """The deal with these splits. Refuses with `deal_not_found`, `forbidden`, `version_conflict`,
    `validation_failed`, and with `not_on_team` who is neither its owner nor on its team."""
    wanted.refuse_wrong()
    deal = await hold_own(connection, deal_id, caller)
    if seen_version is not None:
        require_version(version_of(deal), seen_version)
    before = await splits_of(connection, deal_id)
    _refuse_strangers(deal, before, wanted)
    if _same(before, wanted):
        return deal
    await replace_splits(connection, deal_id, wanted)
    told = {"revenue": _told(wanted.revenue), "overlay": _told(wanted.overlay)}
    return await note_on_deal(connection, deal, DealSplitsChanged, now=now, part=PART, **told)


def _refuse_strangers(deal: Deal, before: Splits, wanted: Splits) -> None:
    """Who has a share keeps it when the deal goes to another owner."""
    known = {deal.owner_id, *deal.team_ids, *before.members().values()}
    errors = [
        FieldError(pointer, "not_on_team", "Take the member into the team first: POST .../team.")
        for pointer, member_id in wanted.members().items()
        if member_id not in known
    ]
    if errors:
        raise DomainError("not_on_team", errors[0].detail, errors)


def _same(before: Splits, wanted: Splits) -> bool:
    return (set(before.revenue), set(before.overlay)) == (set(wanted.revenue), set(wanted.overlay))


def _told(splits: tuple[Split, ...]) -> tuple[Share, ...]:
    return tuple(Share(member_id=each.member_id, percent=each.percent) for each in splits)
