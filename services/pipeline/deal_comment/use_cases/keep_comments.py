"""Whoever reads a deal comments on it, and edits and puts away what is own."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal.use_cases.note_on_deal import hold_to_read, note_on_deal
from services.pipeline.deal_comment.domain import DealComment
from services.pipeline.deal_comment.repository import COMMENTS
from services.pipeline.members import know_seers
from services.pipeline.merging import merged
from services.pipeline.records import advanced
from shared.contracts.events.pipeline_deal import DealCommentArchived, DealCommentChanged, DealCommented
from shared.contracts.identity import Identity
from shared.contracts.ids import new_id
from shared.web.merge import require_version


async def comment_on_deal(
    connection: AsyncConnection, deal_id: UUID, caller: Identity, values: Mapping[str, Any], *, now: datetime
) -> DealComment:
    """The new comment. Refuses with `deal_not_found`, `reference_unknown`, `cannot_see_deal`."""
    deal = await hold_to_read(connection, deal_id, caller)
    comment = DealComment(
        id=new_id(), deal_id=deal_id, written_by=caller.sub, created_at=now, updated_at=now, **values
    )
    await know_seers(connection, _pointers(comment.mentioned_ids), deal)
    await COMMENTS.add(connection, comment)
    about = {"comment_id": comment.id, "mentioned_ids": comment.mentioned_ids}
    await note_on_deal(connection, deal, DealCommented, now=now, **about)
    return comment


async def edit_comment(
    connection: AsyncConnection,
    deal_id: UUID,
    comment_id: UUID,
    caller: Identity,
    fields: Mapping[str, Any],
    *,
    seen_version: int | None,
    now: datetime,
) -> DealComment:
    """The comment with these values; told to who is mentioned for the first time. Refuses with
    `deal_not_found`, `comment_not_found`, `forbidden`, `version_conflict`, `cannot_see_deal`."""
    deal = await hold_to_read(connection, deal_id, caller)
    before = await standing(connection, deal_id, comment_id)
    before.must_be_of(caller)
    changes = await merged(connection, before, fields, seen_version=seen_version)
    if not changes:
        return before
    await know_seers(connection, _pointers(changes.get("mentioned_ids", ())), deal)
    edited = {"edited_at": now} if "text" in changes else {}
    after = advanced(before, {**changes, **edited}, now)
    await COMMENTS.save(connection, after)
    newly = tuple(each for each in after.mentioned_ids if each not in before.mentioned_ids)
    about = {"comment_id": comment_id, "mentioned_ids": newly}
    await note_on_deal(connection, deal, DealCommentChanged, now=now, **about)
    return after


async def archive_comment(
    connection: AsyncConnection,
    deal_id: UUID,
    comment_id: UUID,
    caller: Identity,
    *,
    seen_version: int | None,
    now: datetime,
) -> None:
    """It is put away. Refuses with `deal_not_found`, `comment_not_found`, `forbidden`, `version_conflict`."""
    deal = await hold_to_read(connection, deal_id, caller)
    before = await standing(connection, deal_id, comment_id)
    before.must_be_of(caller)
    if seen_version is not None:
        require_version(before.version, seen_version)
    await COMMENTS.save(connection, advanced(before, {"archived_at": now}, now))
    await note_on_deal(connection, deal, DealCommentArchived, now=now, comment_id=comment_id)


async def standing(connection: AsyncConnection, deal_id: UUID, comment_id: UUID) -> DealComment:
    """That comment of the deal. Refuses with `comment_not_found`, also when it was put away."""
    comment = await COMMENTS.get(connection, deal_id, comment_id)
    if comment.archived_at is not None:
        raise COMMENTS.missing()
    return comment


def _pointers(members: Sequence[UUID]) -> dict[str, UUID]:
    return {f"/mentioned_ids/{index}": member_id for index, member_id in enumerate(members)}
