"""The bodies of all kinds of inquiries, brought into one form."""

from collections.abc import Mapping
from datetime import datetime
from email.utils import parseaddr
from typing import Any

from services.leads.activity.domain import message_ids
from services.leads.inquiry.domain import Said, was_answered, why_ignored
from services.leads.inquiry.schemas import (
    AnyInquiry,
    CallInquiry,
    EmailInquiry,
    SiteVisitInquiry,
    SocialInquiry,
)
from services.leads.person.domain import Unreadable, standard_email, standard_phone
from shared.contracts.errors import FieldError
from shared.contracts.ids import new_id

_LONGEST_NOTES = 10_000


def read_inquiry(index: int, body: AnyInquiry, own_domains: tuple[str, ...], now: datetime) -> Said:
    """What the inquiry says. What cannot be used is noted in `errors`, never refused."""
    if isinstance(body, EmailInquiry):
        return _email(index, body, own_domains, now)
    if isinstance(body, CallInquiry):
        return _call(index, body, now)
    if isinstance(body, SiteVisitInquiry):
        return _visit(index, body, now)
    return _social(index, body, now)


def _email(index: int, body: EmailInquiry, own_domains: tuple[str, ...], now: datetime) -> Said:
    shown, address = parseaddr(body.sender)
    email, errors = _address(address or body.sender)
    key = body.key() or (("email", body.message_id) if body.message_id else (None, None))
    notes = "\n\n".join(part for part in (body.subject, body.text) if part)
    message_id = next(iter(message_ids(body.message_id)), None)
    return Said(
        id=new_id(),
        index=index,
        kind="email",
        at=min(body.received_at, now),
        source_system=key[0],
        external_id=key[1],
        email=email,
        subject=body.subject,
        text=body.text,
        values=_values(body, "email", name=shown or None, email=email, notes=notes),
        touch={"kind": "email", "at": min(body.received_at, now)},
        activity={
            "type": "email",
            "direction": "inbound",
            "subject": _line(body.subject),
            "notes": notes,
            "message_id": message_id,
        },
        message_id=message_id,
        replies_to=_answered(body),
        ignored_because=why_ignored(address or body.sender, body.headers, own_domains),
        errors=errors,
    )


def _answered(body: EmailInquiry) -> tuple[str, ...]:
    """The mail it replies to, then the earlier ones of the thread (RFC 5322, 3.6.4)."""
    given = {name.lower(): value for name, value in body.headers.items()}
    replied = (body.in_reply_to, given.get("in-reply-to"))
    earlier = reversed(message_ids(given.get("references")))
    return tuple(dict.fromkeys([*(each for text in replied for each in message_ids(text)), *earlier]))


def _call(index: int, body: CallInquiry, now: datetime) -> Said:
    number = body.sender if body.direction == "inbound" else body.to
    phone, errors = _number(number, body.country)
    at = min(body.started_at, now)
    notes = "\n".join(
        part for part in (body.notes, body.recording_url and f"Recording: {body.recording_url}") if part
    )
    activity = {
        "type": "call",
        "direction": body.direction,
        "outcome": body.outcome,
        "notes": notes or None,
        "subject": None,
    }
    return Said(
        id=new_id(),
        index=index,
        kind="call",
        at=at,
        source_system=body.source_system,
        external_id=body.external_id,
        phone=phone,
        text=body.notes,
        values={
            **_values(body, "call", name=body.name, phone=phone, notes=notes),
            "origin": "passive" if body.direction == "inbound" else "active",
        },
        touch={"kind": "call", "at": at},
        activity=activity,
        spoke=was_answered(body.outcome, body.duration_seconds),
        errors=errors,
    )


def _visit(index: int, body: SiteVisitInquiry, now: datetime) -> Said:
    utm = {
        name: value
        for name in ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
        if (value := getattr(body, name))
    }
    way = {
        "source": body.utm_source,
        "medium": body.utm_medium,
        "campaign": body.utm_campaign or body.campaign,
        "referrer": body.referrer,
    }
    given = {name: value for name, value in way.items() if value}
    extra = {"visitor_key": body.visitor_key} if body.visitor_key else {}
    at = min(body.at, now)
    return Said(
        id=new_id(),
        index=index,
        kind="site_visit",
        at=at,
        source_system=body.source_system,
        external_id=body.external_id,
        email=body.email,
        text=body.url,
        values={
            **_values(body, "web", name=body.name, email=body.email),
            **given,
            **({"landing_page": body.url} if body.url else {}),
        },
        touch={"kind": "site_visit", "at": at, "url": body.url, "utm": {**utm, **extra}, **given},
    )


def _social(index: int, body: SocialInquiry, now: datetime) -> Said:
    at = min(body.at, now)
    source = {"source": body.network}
    return Said(
        id=new_id(),
        index=index,
        kind="social",
        at=at,
        source_system=body.source_system,
        external_id=body.external_id,
        email=body.email,
        phone=body.phone,
        subject=body.author,
        text=body.text,
        values={
            **_values(body, "social", name=body.author, email=body.email, phone=body.phone, notes=body.text),
            **source,
        },
        touch={"kind": "social", "at": at, "url": body.url, **source},
    )


def _values(body: AnyInquiry, channel: str, **known: Any) -> Mapping[str, Any]:
    """The lead it would be."""
    named = {name: value for name, value in known.items() if value}
    if "notes" in named:
        named["notes"] = named["notes"][:_LONGEST_NOTES]
    if "name" in named:
        named["name"] = named["name"][:200]
    beside = {"campaign": body.campaign, "country": body.country}
    return {
        "origin": "passive",
        "channel": channel,
        "source": channel,
        **{name: value for name, value in beside.items() if value},
        **named,
    }


def _address(text: str) -> tuple[str | None, tuple[FieldError, ...]]:
    try:
        return standard_email(text), ()
    except Unreadable as error:
        return None, (error.at("/email"),)


def _number(text: str | None, country: str | None) -> tuple[str | None, tuple[FieldError, ...]]:
    """Letters instead of a number are how exchanges show a withheld one."""
    if text is None or not any(sign.isdigit() for sign in text):
        return None, ()
    try:
        return standard_phone(text, country), ()
    except Unreadable as error:
        return None, (error.at("/phone"),)


def _line(text: str | None) -> str | None:
    return text[:200] if text else None
