"""A member says not to pursue, or to pursue again; the clock ends what had an end."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.account.use_cases.change_account import change_account, pursue_again
from services.leads.account.use_cases.edit_account import load_account
from services.leads.expression.domain import compile_expression
from services.leads.lead.use_cases.change_lead import change_lead, load_lead
from services.leads.lead.use_cases.review_leads import review_lead, review_open_leads
from services.leads.pursuit.domain import EXPIRE, Kind, Mark
from services.leads.pursuit.repository import MARKS, standing
from services.leads.record.domain import Change, Draft, edited
from services.leads.record.use_cases.keep_settings import Settings
from services.leads.tables import SOURCE
from shared.agenda.domain import Due
from shared.agenda.planning import cancel_work, plan_work
from shared.contracts.errors import DomainError, FieldError
from shared.contracts.identity import Identity
from shared.contracts.ids import new_id
from shared.observability.causes import event_context

SETTINGS = Settings(MARKS, "do_not_pursue")


async def mark_lead(
    connection: AsyncConnection,
    identity: Identity,
    lead_id: UUID,
    values: Mapping[str, Any],
    *,
    seen_version: int | None,
    now: datetime,
) -> Mark:
    """The mark of this lead, which says so at once. Needs a transaction."""
    await change_lead(
        connection,
        identity,
        lead_id,
        lambda lead: lead.pursue(False, f"lead: {values['reason']}", now=now),
        seen_version=seen_version,
    )
    return await _put(connection, identity, "lead", lead_id, values, now=now)


async def mark_account(
    connection: AsyncConnection,
    identity: Identity,
    account_id: UUID,
    values: Mapping[str, Any],
    *,
    seen_version: int | None,
    now: datetime,
) -> Mark:
    """The mark of this account, which says so at once; its leads are looked at again soon. Needs a
    transaction."""
    account = await change_account(
        connection,
        identity,
        account_id,
        lambda account: account.pursue(False, now=now),
        seen_version=seen_version,
    )
    named = {**values, "name": account.name, "name_key": account.name_key}
    mark = await _put(connection, identity, "account", account_id, named, now=now)
    await review_open_leads(connection, now=now)
    return mark


async def mark_segment(
    connection: AsyncConnection, identity: Identity, values: Mapping[str, Any], *, now: datetime
) -> Mark:
    """A new mark of a segment; all open leads are looked at again soon. Needs a transaction."""
    compile_expression(values["condition"], pointer="/condition", wanted="condition")
    mark = await SETTINGS.add(connection, _new("segment", None, values, identity, now), now=now)
    await _plan_end(connection, mark)
    await review_open_leads(connection, now=now)
    return mark


async def unmark_lead(
    connection: AsyncConnection, identity: Identity, lead_id: UUID, *, seen_version: int | None, now: datetime
) -> None:
    """Ends the lead's own mark. Refuses when there is none. A segment's may still be about it."""
    await load_lead(connection, identity, lead_id)
    await _end_standing(connection, "lead", lead_id, identity.sub, now)
    await change_lead(
        connection,
        identity,
        lead_id,
        lambda lead: lead.pursue(True, "its own mark was ended", now=now),
        seen_version=seen_version,
    )


async def unmark_account(
    connection: AsyncConnection,
    identity: Identity,
    account_id: UUID,
    *,
    seen_version: int | None,
    now: datetime,
) -> None:
    """Ends the account's mark. Refuses when there is none."""
    await load_account(connection, identity, account_id)
    await _end_standing(connection, "account", account_id, identity.sub, now)
    await change_account(
        connection,
        identity,
        account_id,
        lambda account: account.pursue(True, now=now),
        seen_version=seen_version,
    )
    await review_open_leads(connection, now=now)


async def unmark_segment(
    connection: AsyncConnection, identity: Identity, mark_id: UUID, *, seen_version: int | None, now: datetime
) -> None:
    """Ends the mark of a segment. Refuses one of a lead or account, which are ended there."""

    def decide(mark: Mark) -> Change[Mark] | None:
        if mark.kind != "segment":
            detail = f"It is about {mark.kind} {mark.subject_id}; end it there."
            raise DomainError("state_conflict", detail, extra={"subject_id": mark.subject_id})
        return _ended(mark, identity.sub, now)

    await SETTINGS.change(connection, mark_id, decide, seen_version=seen_version)
    await cancel_work(connection, EXPIRE, [mark_id])
    await review_open_leads(connection, now=now)


async def expire_marks(connection: AsyncConnection, entries: Sequence[Due], now: datetime) -> None:
    """What had an end ends; the leads it was about are looked at again."""
    marks = await MARKS.find_many(connection, [entry.subject_id for entry in entries])
    changes = [(mark, _ended(mark, "expiry", now)) for mark in marks.values()]
    drafts = [Draft(mark, (change,)) for mark, change in changes if change is not None]
    if not drafts:
        return
    await MARKS.save(connection, drafts, event_context(SOURCE))
    ended = [draft.after for draft in drafts]
    accounts = [mark.subject_id for mark in ended if mark.kind == "account" and mark.subject_id is not None]
    if accounts:
        await pursue_again(connection, accounts, now=now)
    leads = [mark.subject_id for mark in ended if mark.kind == "lead"]
    for lead_id in leads:
        if lead_id is not None:
            await review_lead(connection, lead_id, now=now)
    if len(leads) < len(drafts):
        await review_open_leads(connection, now=now)


async def _put(
    connection: AsyncConnection,
    identity: Identity,
    kind: Kind,
    subject_id: UUID,
    values: Mapping[str, Any],
    *,
    now: datetime,
) -> Mark:
    _check_end(values, now)
    known = await standing(connection, kind, subject_id)
    if known is None:
        mark = await SETTINGS.add(connection, _new(kind, subject_id, values, identity, now), now=now)
    else:
        renewed = {"expected_margin": None, "expires_at": None, **values, "set_by": identity.sub}
        mark = await SETTINGS.edit(connection, known.id, renewed, seen_version=None, now=now)
    await _plan_end(connection, mark)
    return mark


def _new(
    kind: Kind, subject_id: UUID | None, values: Mapping[str, Any], identity: Identity, now: datetime
) -> Mark:
    _check_end(values, now)
    return Mark(
        id=new_id(),
        kind=kind,
        subject_id=subject_id,
        set_by=identity.sub,
        created_at=now,
        updated_at=now,
        **values,
    )


def _check_end(values: Mapping[str, Any], now: datetime) -> None:
    ends = values.get("expires_at")
    if ends is not None and ends <= now:
        detail = "It must end in the future."
        raise DomainError("validation_failed", detail, [FieldError("/expires_at", "in_the_past", detail)])


async def _plan_end(connection: AsyncConnection, mark: Mark) -> None:
    if mark.expires_at is None:
        await cancel_work(connection, EXPIRE, [mark.id])
    else:
        await plan_work(connection, [Due(EXPIRE, mark.id, mark.expires_at)])


async def _end_standing(
    connection: AsyncConnection, kind: Kind, subject_id: UUID, by: str, now: datetime
) -> None:
    known = await standing(connection, kind, subject_id)
    if known is None:
        raise DomainError("do_not_pursue_not_found", f"The {kind} is not marked.")
    await SETTINGS.change(connection, known.id, lambda mark: _ended(mark, by, now), seen_version=None)
    await cancel_work(connection, EXPIRE, [known.id])


def _ended(mark: Mark, by: str, now: datetime) -> Change[Mark] | None:
    return edited(mark, {"ended_at": now, "ended_by": by}, now=now) if mark.ended_at is None else None
