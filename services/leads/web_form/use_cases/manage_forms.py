"""Members make forms, change them, and give them new keys."""

import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import true
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.record.domain import Change, Draft
from services.leads.record.schemas import read
from services.leads.record.use_cases.change_record import change_record
from services.leads.record.use_cases.load_records import insert_one
from services.leads.tables import SOURCE
from services.leads.web_form.domain import FormError, WebForm, new_form
from services.leads.web_form.repository import FORMS
from services.leads.web_form.schemas import FormPatch, FormValues
from shared.contracts.ids import new_id
from shared.observability.causes import event_context

_KEY_BYTES = 18


async def make_form(connection: AsyncConnection, body: FormValues, *, now: datetime) -> WebForm:
    """The new form, under a key nobody can guess."""
    made = new_form(new_id(), secrets.token_urlsafe(_KEY_BYTES), body.values(), now=now)
    return await insert_one(connection, FORMS, made, None, true())


async def load_form(connection: AsyncConnection, form_id: UUID) -> WebForm:
    """The form. Refuses with `web_form_not_found`."""
    form = await FORMS.find(connection, form_id, true())
    if form is None:
        raise FormError("web_form_not_found", "There is no such form.")
    return form


async def edit_form(
    connection: AsyncConnection,
    form_id: UUID,
    patch: Mapping[str, Any],
    *,
    seen_version: int | None,
    now: datetime,
) -> WebForm:
    """The form with the patch. Refuses with `version_conflict` when the same field was changed meanwhile."""
    values = read(FormPatch, patch).values()
    return await _change(connection, form_id, lambda form: form.edit(values, now=now), seen_version)


async def rotate_key(
    connection: AsyncConnection,
    form_id: UUID,
    keep_old: timedelta,
    *,
    seen_version: int | None,
    now: datetime,
) -> WebForm:
    """The form under a new key; the present one is good for `keep_old` more."""
    key = secrets.token_urlsafe(_KEY_BYTES)
    return await _change(connection, form_id, lambda form: form.rotate(key, keep_old, now=now), seen_version)


async def _change(
    connection: AsyncConnection,
    form_id: UUID,
    decide: Callable[[WebForm], Change[WebForm] | None],
    seen_version: int | None,
) -> WebForm:
    async def load() -> WebForm:
        return await load_form(connection, form_id)

    async def save(draft: Draft[WebForm]) -> bool:
        return bool(await FORMS.save(connection, [draft], event_context(SOURCE)))

    return await change_record(load, decide, save, seen_version=seen_version)
