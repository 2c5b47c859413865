"""A form, and what a visitor's answers to it say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from services.leads.record.domain import Change, advanced, before_and_after, differing
from shared.contracts.errors import DomainError, FieldError
from shared.contracts.events.leads_submission import SubmissionState, SubmissionStatus

InputType = Literal["text", "email", "tel", "url", "number", "textarea", "select", "checkbox"]
STATUSES: tuple[SubmissionStatus, ...] = ("accepted", "quarantined", "pending", "expired")
CONFIRMATION_OVER = "form.confirmation_over"
"""The kind of agenda entry of a submission that waits for its confirmation."""
LEAD_FIELDS = (
    *("name", "first_name", "last_name", "company", "job_title", "email", "phone", "country", "region"),
    *("city", "postal_code", "industry", "employees", "website", "language", "product_interest", "notes"),
)
"""What a form may ask for, beside `attributes.<name>`."""
UTM = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
BESIDE = (*UTM, "referrer", "landing_page", "rendered")
"""What a page sends beside the visitor's answers."""
_OF_UTM = {"source": "utm_source", "medium": "utm_medium", "campaign": "utm_campaign"}
_TICKED = frozenset({"on", "true", "1", "yes"})


class FormError(DomainError):
    """A rule of forms said no."""


@dataclass(frozen=True, slots=True)
class WebForm:
    """One form. `fixed`: values every lead of it gets; `frame_ancestors`: origins whose pages may embed it
    and call it; `previous_key` is good until `previous_key_until`."""

    id: UUID
    created_at: datetime
    updated_at: datetime
    name: str
    key: str
    version: int = 1
    field_versions: Mapping[str, int] = field(default_factory=dict)
    previous_key: str | None = None
    previous_key_until: datetime | None = None
    active: bool = True
    title: str | None = None
    language: str = "en"
    fields: Sequence[Mapping[str, Any]] = ()
    fixed: Mapping[str, Any] = field(default_factory=dict)
    consents: Sequence[Mapping[str, Any]] = ()
    double_opt_in: bool = False
    confirm_within_hours: int = 48
    honeypot: str = "fax_number"
    frame_ancestors: tuple[str, ...] = ()
    redirect_url: str | None = None
    thank_you: str | None = None
    daily_limit: int | None = None
    largest_bytes: int = 65_536

    def edit(self, values: Mapping[str, Any], *, now: datetime) -> Change["WebForm"] | None:
        """The form with these values; None when nothing differs."""
        changes = differing(self, values)
        if not changes:
            return None
        return Change(advanced(self, now, changes), "changed", now, before_and_after(self, changes))

    def rotate(self, key: str, keep_old: timedelta, *, now: datetime) -> Change["WebForm"]:
        """The form under a new key; the present one stays good for a while."""
        changes = {"key": key, "previous_key": self.key, "previous_key_until": now + keep_old}
        return Change(advanced(self, now, changes), "key_rotated", now, before_and_after(self, changes))

    def answers_to(self, key: str, now: datetime) -> bool:
        """Whether it takes submissions under this key."""
        until = self.previous_key_until
        is_old = key == self.previous_key and until is not None and now < until
        return self.active and (key == self.key or is_old)


@dataclass(frozen=True, slots=True)
class Answers:
    """What was sent. `payload`: the lead as for `POST /v1/leads`; `way`: the touch beside it; `agreed`: the
    channels ticked; `faults`: what the form itself asks and did not get."""

    payload: Mapping[str, Any]
    way: Mapping[str, Any]
    agreed: tuple[str, ...]
    faults: tuple[FieldError, ...]
    trapped: bool
    rendered: str | None


def read_answers(form: WebForm, sent: Mapping[str, Any]) -> Answers:
    """Sort out what a visitor sent. Fixed values win over sent ones; what the form does not ask for is kept
    with the way it came, where somebody can see it."""
    told = {name: _clean(value) for name, value in sent.items()}
    payload: dict[str, Any] = {}
    faults: list[FieldError] = []
    for asked in form.fields:
        name = asked["field"]
        value = _value(asked, told.get(name))
        fault = _fault(asked, value)
        if fault is not None:
            faults.append(fault)
        if value is not None:
            _put(payload, name, value)
    agreed = tuple(each["channel"] for each in form.consents if _ticked(told.get(consent_name(each))))
    faults += [
        FieldError(f"/{consent_name(each)}", "required", "The form asks for this agreement.")
        for each in form.consents
        if each.get("required") and each["channel"] not in agreed
    ]
    way = _way(form, told)
    for name, utm in _OF_UTM.items():
        if told.get(utm):
            payload[name] = str(told[utm])[:80]
    for name in ("referrer", "landing_page"):
        if told.get(name):
            payload[name] = str(told[name])[:500]
    payload |= {"origin": "passive", "channel": "web", **form.fixed}
    return Answers(
        payload=payload,
        way=way,
        agreed=agreed,
        faults=tuple(faults),
        trapped=bool(told.get(form.honeypot)),
        rendered=str(told["rendered"]) if told.get("rendered") else None,
    )


def told_of(kind: type[SubmissionState], submission: Mapping[str, Any], **now: Any) -> SubmissionState:
    """The fact about a submission as it is after these changes: nothing that the visitor said."""
    names = [name for name in SubmissionState.model_fields if name not in ("submission_id", "changed")]
    state = {name: ({**submission, **now}).get(name) for name in names}
    return kind(submission_id=submission["id"], changed=tuple(now), **state)


def consent_name(asked: Mapping[str, Any]) -> str:
    """The name of a consent's box in the form."""
    return f"consent.{asked['channel']}"


def new_form(form_id: UUID, key: str, values: Mapping[str, Any], *, now: datetime) -> Change[WebForm]:
    """A form as it is made."""
    form = WebForm(id=form_id, key=key, created_at=now, updated_at=now, **values)
    return Change(form, "created", now, {})


def _way(form: WebForm, told: Mapping[str, Any]) -> dict[str, Any]:
    """The touch, with everything that was sent and not asked for."""
    asked = {each["field"] for each in form.fields} | {consent_name(each) for each in form.consents}
    extra = {
        name[:80]: str(value)[:500]
        for name, value in told.items()
        if name not in asked and name not in ("rendered", "referrer", "landing_page", form.honeypot)
    }
    return {"kind": "form", "utm": dict(list(extra.items())[:20])}


def _clean(value: Any) -> Any:
    return value.replace("\0", "").strip() if isinstance(value, str) else value


def _value(asked: Mapping[str, Any], value: Any) -> Any:
    """The answer in the field's own type; None where there is none."""
    if asked["type"] == "checkbox":
        return True if _ticked(value) else None
    if value in (None, ""):
        return None
    if asked["type"] == "number" and isinstance(value, str):
        return _number(value)
    return value


def _number(text: str) -> Any:
    try:
        return int(text) if text.lstrip("+-").isdecimal() else float(text)
    except ValueError:
        return text


def _fault(asked: Mapping[str, Any], value: Any) -> FieldError | None:
    pointer = "/" + str(asked["field"]).replace(".", "/", 1)
    if value is None:
        return FieldError(pointer, "required", "The form asks for this.") if asked.get("required") else None
    if asked["type"] == "select" and value not in asked["choices"]:
        return FieldError(pointer, "unknown_value", "This is none of the choices.")
    return None


def _ticked(value: Any) -> bool:
    return value is True or (isinstance(value, str) and value.lower() in _TICKED)


def _put(payload: dict[str, Any], name: str, value: Any) -> None:
    if name.startswith("attributes."):
        payload.setdefault("attributes", {})[name.removeprefix("attributes.")] = value
    else:
        payload[name] = value
