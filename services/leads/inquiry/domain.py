"""What an inquiry says, and which ones ask nothing of us."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from services.leads.touch.domain import TouchKind
from shared.contracts.errors import DomainError, FieldError

InquiryKind = Literal["email", "call", "site_visit", "social"]
KINDS: tuple[InquiryKind, ...] = ("email", "call", "site_visit", "social")
InquiryStatus = Literal["created", "attached", "quarantined", "ignored"]
STATUSES: tuple[InquiryStatus, ...] = ("created", "attached", "quarantined", "ignored")
_MACHINES = frozenset({"mailer-daemon", "postmaster"})
_BULK = frozenset({"bulk", "junk", "list", "auto_reply"})
_UNANSWERED = frozenset({"missed", "no_answer", "busy", "voicemail", "rejected", "failed"})


class InquiryError(DomainError):
    """A rule of inquiries said no."""


@dataclass(frozen=True, slots=True)
class Said:
    """One inquiry in one form for all kinds. `values`: the lead it would be; `activity`: what is logged, None
    for what is only a touch; `spoke`: somebody of ours spoke with the person;
    `replies_to`: the mails it answers, the nearest first."""

    id: UUID
    index: int
    kind: InquiryKind
    at: datetime
    source_system: str | None = None
    external_id: str | None = None
    email: str | None = None
    phone: str | None = None
    subject: str | None = None
    text: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    touch: Mapping[str, Any] = field(default_factory=dict)
    activity: Mapping[str, Any] | None = None
    spoke: bool = False
    message_id: str | None = None
    replies_to: tuple[str, ...] = ()
    ignored_because: str | None = None
    errors: tuple[FieldError, ...] = ()

    @property
    def touch_kind(self) -> TouchKind:
        """The same as a kind of touch."""
        return self.kind

    @property
    def reachable(self) -> bool:
        """Somebody can answer it."""
        return (self.email is not None or self.phone is not None) and not self.errors


def why_ignored(sender: str, headers: Mapping[str, str], own_domains: tuple[str, ...]) -> str | None:
    """Why a mail asks nothing of us: it is our own, or a machine wrote it (RFC 3834, RFC 3464). None if it
    does. Headers by name in any case."""
    given = {name.lower(): value.strip().lower() for name, value in headers.items()}
    local, _, domain = sender.lower().rpartition("@")
    if any(domain == own or domain.endswith(f".{own}") for own in own_domains):
        return "own mail domain"
    if given.get("return-path") == "<>" or given.get("content-type", "").startswith("multipart/report"):
        return "a bounce"
    if local in _MACHINES:
        return "a bounce"
    if given.get("auto-submitted", "no") != "no" or "x-autoreply" in given:
        return "an automatic answer"
    if given.get("precedence") in _BULK or "list-id" in given:
        return "mail to many"
    return None


def was_answered(outcome: str | None, seconds: int | None) -> bool:
    """Whether somebody picked up the phone."""
    return bool(seconds) and (outcome or "").lower() not in _UNANSWERED
