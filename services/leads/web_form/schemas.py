"""Bodies and answers of forms."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)

from services.leads.consent.domain import Channel
from services.leads.record.schemas import Line80, Line200, Strict
from services.leads.web_form.domain import BESIDE, LEAD_FIELDS, InputType
from shared.contracts.events.leads_submission import SubmissionStatus

_Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
_Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
_Choice = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
_Attribute = r"attributes\.[A-Za-z0-9_ -]{1,80}"
_FieldName = Annotated[str, StringConstraints(pattern=rf"^({'|'.join(LEAD_FIELDS)}|{_Attribute})$")]
_Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}(-[A-Z]{2})?$")]
_Web = Annotated[str, StringConstraints(pattern=r"^https?://[^\s\"'<>;,]+$", max_length=500)]
_Origin = Annotated[str, StringConstraints(pattern=r"^https?://[A-Za-z0-9.-]+(:[0-9]+)?$", max_length=200)]


def _own_name(name: str) -> str:
    if name in LEAD_FIELDS or name in BESIDE:
        raise ValueError("the hidden field must not be one that people fill in")
    return name


_Honeypot = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{2,39}$"), AfterValidator(_own_name)]


class FormField(Strict):
    """One question: a field of the lead or `attributes.<name>`. `choices` for `select` only."""

    field: _FieldName
    label: _Name
    type: InputType = "text"
    required: bool = False
    choices: Annotated[tuple[_Choice, ...], Field(max_length=100)] = ()

    @model_validator(mode="after")
    def _choices_fit(self) -> "FormField":
        if (self.type == "select") != bool(self.choices):
            raise ValueError("a select, and nothing else, has choices")
        return self


class FixedValues(Strict):
    """What every lead of the form gets."""

    source: Line80 = None
    medium: Line80 = None
    campaign: Line200 = None
    channel: Line80 = None
    product_interest: Line200 = None
    tags: Annotated[tuple[_Choice, ...], Field(max_length=20)] = ()


class FormConsent(Strict):
    """A box to tick: by it the visitor agrees, in these words, to be spoken to on the channel."""

    channel: Channel
    text: _Words
    required: bool = False


class FormValues(Strict):
    """What a form is made of. `frame_ancestors`: origins whose pages may embed it and call it.

    `daily_limit`: more submissions of one day wait in quarantine; `largest_bytes`: of one submission.
    """

    name: _Name
    title: Line200 = None
    language: _Language = "en"
    active: bool = True
    fields: Annotated[tuple[FormField, ...], Field(min_length=1, max_length=50)]
    fixed: FixedValues = FixedValues()
    consents: Annotated[tuple[FormConsent, ...], Field(max_length=5)] = ()
    double_opt_in: bool = False
    confirm_within_hours: Annotated[int, Field(ge=1, le=24 * 30)] = 48
    honeypot: _Honeypot = "fax_number"
    frame_ancestors: Annotated[tuple[_Origin, ...], Field(max_length=20)] = ()
    redirect_url: _Web | None = None
    thank_you: _Words | None = None
    daily_limit: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    largest_bytes: Annotated[int, Field(ge=256, le=65_536)] = 65_536

    @field_validator("fields")
    @classmethod
    def _distinct(cls, fields: tuple[FormField, ...]) -> tuple[FormField, ...]:
        if len({each.field for each in fields}) < len(fields):
            raise ValueError("a field is asked for twice")
        return fields

    @field_validator("consents")
    @classmethod
    def _one_for_each(cls, consents: tuple[FormConsent, ...]) -> tuple[FormConsent, ...]:
        if len({each.channel for each in consents}) < len(consents):
            raise ValueError("a channel is asked for twice")
        return consents

    def values(self) -> dict[str, Any]:
        """What was given, as the form holds it."""
        given = self.given()
        plain = self.model_dump(mode="json", include={"fields", "fixed", "consents"})
        plain["fixed"] = {name: value for name, value in plain["fixed"].items() if value}
        return {name: plain.get(name, value) for name, value in given.items()}


class FormPatch(FormValues):
    """A merge patch; `fields`, `consents` and `fixed` are replaced as a whole."""

    name: _Name = ""
    fields: Annotated[tuple[FormField, ...], Field(min_length=1, max_length=50)] = ()


class RotateKey(Strict):
    """How long the present key stays good."""

    keep_old_hours: Annotated[int, Field(ge=0, le=24 * 90)] = 0


class WebFormOut(BaseModel):
    """A form. `key` is public: it stands in the address of the form's page."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    name: str
    key: str
    previous_key: str | None
    previous_key_until: datetime | None
    active: bool
    title: str | None
    language: str
    fields: list[FormField]
    fixed: dict[str, Any]
    consents: list[FormConsent]
    double_opt_in: bool
    confirm_within_hours: int
    honeypot: str
    frame_ancestors: list[str]
    redirect_url: str | None
    thank_you: str | None
    daily_limit: int | None
    largest_bytes: int
    created_at: datetime
    updated_at: datetime


class SubmissionOut(BaseModel):
    """What came in by a form. `confirm_path` and `email`: while a confirmation is waited for, the path of the
    page to send to whom; `lead_id` also after a release from quarantine."""

    id: UUID
    form_id: UUID
    received_at: datetime
    status: SubmissionStatus
    spam_score: int
    lead_id: UUID | None
    quarantine_id: UUID | None
    expires_at: datetime | None
    confirmed_at: datetime | None
    email: str | None
    confirm_path: str | None


class DayOut(BaseModel):
    """One day of the organisation's calendar: what came in that day, by how it stands now."""

    date: date
    received: int
    accepted: int
    quarantined: int
    pending: int
    expired: int


class DaysOut(BaseModel):
    """The days on which something came in, newest first, at most 366."""

    items: list[DayOut]


class PublicSchema(BaseModel):
    """What a front-end of one's own needs to show the form. Send `rendered` back with the answers."""

    name: str
    title: str | None
    language: str
    fields: list[FormField]
    consents: list[FormConsent]
    honeypot: str
    rendered: str


class Fault(BaseModel):
    """What is wrong with one answer."""

    pointer: str
    code: str
    detail: str


class SubmissionReceipt(BaseModel):
    """It is kept. `waiting_for_confirmation`: until the link in the mail is followed. `errors`: values that
    cannot be used as they are; a person looks at them."""

    receipt_id: UUID
    status: Literal["received", "waiting_for_confirmation", "expired"]
    errors: list[Fault] = []


class PublicReceipt(BaseModel):
    """What became of a submission, as far as the visitor may know."""

    receipt_id: UUID
    received_at: datetime
    status: Literal["received", "waiting_for_confirmation", "expired"]
