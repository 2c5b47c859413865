"""A visitor sent a form: it becomes a lead, or waits for a confirmation, or in quarantine. Never nothing."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.consent.schemas import ConsentIn, entries
from services.leads.intake.domain import Kept, looking_like
from services.leads.intake.use_cases.find_faults import faults_of_lead
from services.leads.intake.use_cases.keep_in_quarantine import keep_in_quarantine
from services.leads.lead.domain import Lead
from services.leads.lead.schemas import LeadCreate
from services.leads.lead.use_cases.take_in_leads import Arrival, take_in_leads
from services.leads.record.schemas import read
from services.leads.tables import ORGANISATION
from services.leads.touch.schemas import TouchSaid
from services.leads.web_form import repository, spam
from services.leads.web_form.domain import CONFIRMATION_OVER, Answers, FormError, WebForm, read_answers
from services.leads.web_form.tokens import FormTokens
from services.leads.web_form.use_cases.tell_submissions import tell_awaited, tell_confirmed, tell_expired
from shared.agenda.domain import Due
from shared.agenda.planning import cancel_work, plan_work
from shared.contracts.errors import FieldError
from shared.contracts.ids import new_id
from shared.organisation.queries import load_organisation


@dataclass(frozen=True, slots=True)
class Received:
    """The receipt: what the visitor is told."""

    id: UUID
    received_at: datetime
    status: str
    errors: Sequence[FieldError] = ()


@dataclass(frozen=True, slots=True)
class _Judged:
    """The answers with all that decides what becomes of them."""

    answers: Answers
    errors: tuple[FieldError, ...]
    spam_score: int
    spam_reasons: list[str]
    sent_once: str | None

    @property
    def passes(self) -> bool:
        return not self.errors and self.spam_score < spam.SUSPICIOUS


async def form_of(connection: AsyncConnection, key: str, now: datetime) -> WebForm:
    """The active form of a public key. Refuses with `web_form_not_found`."""
    form = await repository.find_by_key(connection, key, now)
    if form is None:
        raise FormError("web_form_not_found", "There is no such form, or it is closed.")
    return form


async def receive_submission(
    connection: AsyncConnection, form: WebForm, sent: Mapping[str, Any], tokens: FormTokens, *, now: datetime
) -> Received:
    """The receipt. Needs a transaction.

    The same page sent twice with the same answers is one submission.
    """
    judged = await _judged(connection, form, sent, tokens, now)
    submission_id = new_id()
    row = {
        "id": submission_id,
        "form_id": form.id,
        "received_at": now,
        "status": "accepted",
        "sent_once": judged.sent_once,
        "spam_score": judged.spam_score,
    }
    if not await repository.add_submission(connection, row) and judged.sent_once is not None:
        return receipt_of(await repository.find_sent_once(connection, judged.sent_once))
    beside = _beside(form, judged.answers, now)
    payload = judged.answers.payload
    if not judged.passes:
        (entry_id,) = await keep_in_quarantine(connection, [_kept(form, judged, beside)], now=now)
        await repository.settle(connection, submission_id, status="quarantined", quarantine_id=entry_id)
    elif form.double_opt_in and payload.get("email"):
        over = now + timedelta(hours=form.confirm_within_hours)
        said = {"payload": payload, "beside": beside}
        await _await_confirmation(connection, submission_id, said, over)
        await tell_awaited(connection, row, expires_at=over, now=now)
        return Received(submission_id, now, "waiting_for_confirmation")
    else:
        became = await _become_lead(connection, form.id, payload, beside, now)
        await repository.settle(connection, submission_id, **became)
    return Received(submission_id, now, "received", judged.errors)


async def confirm_submission(connection: AsyncConnection, submission_id: UUID, *, now: datetime) -> Received:
    """The lead is made now, and the agreements hold from now. Once however often. Needs a transaction.

    Refuses with `confirmation_over` when it came too late.
    """
    found = await repository.find_submission(connection, submission_id, lock=True)
    if found is None:
        raise FormError("web_form_not_found", "There is nothing to confirm.")
    if found["status"] == "pending" and now < found["expires_at"]:
        became = await _become_lead(connection, found["form_id"], found["payload"], found["beside"], now)
        forgotten = dict.fromkeys(("payload", "beside", "email"))
        await repository.settle(connection, submission_id, **became, **forgotten, confirmed_at=now)
        await tell_confirmed(connection, dict(found), **became, confirmed_at=now)
        await cancel_work(connection, CONFIRMATION_OVER, [submission_id])
    elif found["status"] != "accepted" and found["confirmed_at"] is None:
        raise FormError("confirmation_over", "The link is no longer good; please fill in the form again.")
    return Received(submission_id, found["received_at"], "received")


async def expire_submissions(connection: AsyncConnection, entries: Sequence[Due], now: datetime) -> None:
    """For the agenda: nobody confirmed these in time."""
    expired = await repository.expire(connection, [entry.subject_id for entry in entries])
    await tell_expired(connection, expired, entries, now)


def receipt_of(found: RowMapping) -> Received:
    """What the visitor may know of a submission: not whether it is under suspicion."""
    told = {"pending": "waiting_for_confirmation", "expired": "expired"}
    return Received(found["id"], found["received_at"], told.get(found["status"], "received"))


async def _judged(
    connection: AsyncConnection, form: WebForm, sent: Mapping[str, Any], tokens: FormTokens, now: datetime
) -> _Judged:
    answers = read_answers(form, sent)
    page = None if answers.rendered is None else tokens.read_rendered(form.id, answers.rendered)
    score, reasons = spam.judge(
        answers.payload,
        trapped=answers.trapped,
        rendered_at=datetime.fromtimestamp(page[1], UTC) if page else None,
        forged=answers.rendered is not None and page is None,
        now=now,
    )
    errors = (*answers.faults, *_unreachable(answers.payload), *faults_of_lead(answers.payload))
    if await _is_over_limit(connection, form, now):
        reasons.append(f"more than {form.daily_limit} submissions today")
        score = max(score, spam.SUSPICIOUS)
    sent_once = _once(page[0], answers.payload) if page else None
    return _Judged(answers, errors, score, reasons, sent_once)


def _unreachable(payload: Mapping[str, Any]) -> list[FieldError]:
    """A visitor whom nobody can answer needs a person who looks."""
    if payload.get("email") or payload.get("phone"):
        return []
    return [FieldError("/email", "required", "There is no way to answer: no e-mail address and no phone.")]


async def _is_over_limit(connection: AsyncConnection, form: WebForm, now: datetime) -> bool:
    if form.daily_limit is None:
        return False
    calendar = (await load_organisation(connection, ORGANISATION)).calendar
    since = calendar.start_of(calendar.local_date(now))
    most = form.daily_limit
    return await repository.received_since(connection, form.id, since, most) >= most


def _once(page_id: UUID, payload: Mapping[str, Any]) -> str:
    said = orjson.dumps(payload, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(page_id.bytes + said).hexdigest()


def _beside(form: WebForm, answers: Answers, now: datetime) -> dict[str, Any]:
    words = {each["channel"]: each["text"] for each in form.consents}
    consents = [
        {
            "channel": channel,
            "state": "granted",
            "basis": "consent",
            "source": f"web form {form.name}"[:200],
            "text_shown": words[channel],
        }
        for channel in answers.agreed
    ]
    return {"touch": {**answers.way, "at": now.isoformat()}, "consents": consents}


async def _become_lead(
    connection: AsyncConnection,
    form_id: UUID,
    payload: Mapping[str, Any],
    beside: Mapping[str, Any],
    now: datetime,
) -> dict[str, Any]:
    """What became of the submission: a lead, or an entry of the quarantine where the policy of its source
    keeps it out. The visitor is not told: who is known to us is nobody else's business."""
    body = read(LeadCreate, payload)
    said = [ConsentIn.model_validate(each) for each in beside["consents"]]
    touch = TouchSaid.model_validate(beside["touch"]).given()
    arrival = Arrival(body.values(), touch=touch, consents=entries(said, None, now))
    (lead,) = await take_in_leads(connection, [arrival], now=now)
    if isinstance(lead, Lead):
        return {"status": "accepted", "lead_id": lead.id}
    kept = Kept("form", form_id, payload, lead.errors, beside=beside, duplicates=looking_like(lead))
    (entry_id,) = await keep_in_quarantine(connection, [kept], now=now)
    return {"status": "quarantined", "quarantine_id": entry_id}


def _kept(form: WebForm, judged: _Judged, beside: Mapping[str, Any]) -> Kept:
    """Without the confirmation that the form asks for nobody has agreed to anything."""
    return Kept(
        door="form",
        source_id=form.id,
        payload=judged.answers.payload,
        errors=judged.errors,
        spam_score=judged.spam_score,
        spam_reasons=judged.spam_reasons,
        beside={**beside, "consents": []} if form.double_opt_in else beside,
    )


async def _await_confirmation(
    connection: AsyncConnection, submission_id: UUID, said: Mapping[str, Any], over: datetime
) -> None:
    await repository.settle(
        connection,
        submission_id,
        status="pending",
        email=said["payload"]["email"],
        expires_at=over,
        **said,
    )
    await plan_work(connection, [Due(CONFIRMATION_OVER, submission_id, over)])
