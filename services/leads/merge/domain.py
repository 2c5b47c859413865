"""What several records become together, and what undoing that gives back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol
from uuid import UUID

from services.leads.contact.domain import Contact
from services.leads.lead.domain import Lead
from services.leads.matching.domain import Kind
from services.leads.merge.fields import FIELDS, LEADING
from shared.contracts.errors import DomainError, FieldError

Choice = UUID | Literal["union"]
_FURTHEST = ("disqualified", "new", "contacted", "qualified", "converted")
_PROGRESS = (
    *("status", "qualified_at", "disqualified_at", "disqualify_reason", "converted_at"),
    *("account_id", "contact_id", "wanted_deal_id", "deal_id"),
)


class MergeError(DomainError):
    """A rule of merging said no."""


class Mergeable(Protocol):
    """A lead, a contact or an account."""

    @property
    def id(self) -> UUID: ...
    @property
    def merged_into(self) -> UUID | None: ...


@dataclass(frozen=True, slots=True)
class Merge:
    """One merge that happened. `written`: for each field of the winner what it was and what it became;
    `moved`: by link what was moved and what it named before; `not_restored`: what undoing left as it is."""

    id: UUID
    kind: Kind
    winner_id: UUID
    loser_ids: tuple[UUID, ...]
    choices: Mapping[str, str]
    written: Mapping[str, Sequence[Any]]
    moved: Mapping[str, Sequence[Sequence[str]]]
    merged_at: datetime
    merged_by: str | None
    winner_version: int
    automatic: bool = False
    note: str | None = None
    status: Literal["done", "undone"] = "done"
    version: int = 1
    undone_at: datetime | None = None
    undone_by: str | None = None
    not_restored: Sequence[Mapping[str, Any]] = field(default_factory=tuple)


def check_mergeable(kind: Kind, records: Sequence[Mergeable]) -> None:
    """Refuses records that are part of another already, and leads that became different things."""
    for record in records:
        if record.merged_into is not None:
            raise DomainError(
                "record_merged",
                f"{record.id} was merged into {record.merged_into}.",
                extra={"id": record.id, "merged_into": record.merged_into},
            )
    if kind == "lead":
        _check_outcomes([each for each in records if isinstance(each, Lead)])


def _check_outcomes(leads: Sequence[Lead]) -> None:
    for name in ("deal_id", "account_id", "contact_id"):
        became = {_became(lead, name) for lead in leads if lead.status == "converted"} - {None}
        if len(became) > 1:
            detail = (
                f"They were converted into different {name.removesuffix('_id')}s; merge the accounts and"
                " contacts they became instead."
            )
            raise MergeError("merge_conflict", detail, extra={name: sorted(map(str, became))})


def _became(lead: Lead, name: str) -> UUID | None:
    value: UUID | None = getattr(lead, name)
    return value or lead.wanted_deal_id if name == "deal_id" else value


def check_choices(kind: Kind, records: Sequence[Mergeable], choices: Mapping[str, Choice]) -> None:
    """Refuses a field that cannot be chosen, a record that is none of these, and a union of single values."""
    fields, ids = FIELDS[kind], {record.id for record in records}
    for name, choice in choices.items():
        pointer = f"/fields/{name}"
        if name not in fields.choosable:
            allowed = ", ".join(fields.choosable)
            raise _wrong(pointer, "unknown_field", f"A {kind} is merged by these fields: {allowed}.")
        if choice == "union":
            if name not in (*fields.united, *fields.texts):
                raise _wrong(pointer, "no_union", "Choose one record's value; only lists and notes unite.")
        elif choice not in ids:
            raise _wrong(pointer, "unknown_record", "Name one of the records that are merged, or `union`.")


def _wrong(pointer: str, code: str, detail: str) -> MergeError:
    return MergeError("validation_failed", detail, [FieldError(pointer, code, detail)])


def taken_over(kind: Kind, records: Sequence[Mergeable], choices: Mapping[str, Choice]) -> dict[str, Any]:
    """The winner's new values, the winner being the first of the records.

    Unless chosen otherwise: of single values the first that is not empty; of values that belong to each
    other those of the record that has most of them; lists united; a lead's progress is that of the furthest.
    """
    fields = FIELDS[kind]
    wanted: dict[str, Any] = {}
    for name in fields.choosable:
        wanted |= _resolved(kind, name, records, choices.get(name))
    if kind != "account":
        wanted["do_not_contact"] = _refused_channels(records)
    leads = [each for each in records if isinstance(each, Lead)]
    if leads:
        wanted |= _progress(leads)
        wanted |= _kept_from_the_partner(leads[0], wanted)
    if kind == "account":
        merged = {record.id for record in records}
        parents = [getattr(record, "parent_id", None) for record in records]
        if wanted["parent_id"] in merged:
            wanted["parent_id"] = next((each for each in parents if each and each not in merged), None)
    return wanted


def _resolved(kind: Kind, name: str, records: Sequence[Mergeable], choice: Choice | None) -> dict[str, Any]:
    fields = FIELDS[kind]
    if isinstance(choice, UUID):
        chosen = next(record for record in records if record.id == choice)
    elif name in fields.together:
        chosen = max(records, key=lambda record: sum(_filled(record, each) for each in LEADING[name]))
        if not any(_filled(chosen, each) for each in LEADING[name]):
            chosen = records[0]
    elif choice == "union" or name in fields.united:
        return {name: _united([getattr(record, name) for record in records])}
    else:
        chosen = next((record for record in records if _filled(record, name)), records[0])
    return {each: getattr(chosen, each) for each in fields.of(name)}


def _filled(record: Mergeable, name: str) -> bool:
    return getattr(record, name) not in (None, (), {}, "")


def _united(values: Sequence[Any]) -> Any:
    there = [value for value in values if value]
    if not there:
        return values[0]
    if isinstance(there[0], str):
        return "\n\n".join(dict.fromkeys(there))
    if isinstance(there[0], Mapping):
        united: dict[str, Any] = {}
        for value in reversed(there):
            united |= value
        return united
    return tuple(dict.fromkeys(each for value in there for each in value))


def _refused_channels(records: Sequence[Mergeable]) -> tuple[str, ...]:
    """A channel that one of them may not be spoken to on stays shut, whatever is chosen."""
    people = [record for record in records if isinstance(record, Lead | Contact)]
    return tuple(sorted({channel for person in people for channel in person.do_not_contact}))


def _progress(leads: Sequence[Lead]) -> dict[str, Any]:
    """How far the furthest is, with when and what it became; spoken with when the first of them was."""
    furthest = max(leads, key=lambda lead: _FURTHEST.index(lead.status))
    winner, ids = leads[0], {lead.id for lead in leads}
    source = winner if winner.status == furthest.status else furthest
    spoken = [lead.first_contact_at for lead in leads if lead.first_contact_at is not None]
    progress = {name: getattr(source, name) for name in _PROGRESS}
    became = [lead for lead in leads if lead.status == "converted"] or leads
    for name in ("account_id", "contact_id", "wanted_deal_id", "deal_id"):
        found = (getattr(lead, name) for lead in became)
        progress[name] = next((each for each in found if each is not None), None)
    original = None if winner.duplicate_of in ids else winner.duplicate_of
    return {
        **progress,
        "first_contact_at": min(spoken, default=None),
        "duplicate_of": original,
        "do_not_pursue": any(lead.do_not_pursue for lead in leads),
    }


def _kept_from_the_partner(winner: Lead, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """What a partner's lead takes over from others is not the partner's to overwrite."""
    if winner.partner_id is None:
        return {}
    taken = {name for name, value in wanted.items() if getattr(winner, name) != value}
    return {"member_fields": tuple(sorted({*winner.member_fields, *taken}))}


def alternatives(kind: Kind, records: Sequence[Mergeable]) -> dict[str, list[dict[str, Any]]]:
    """For each field that can be chosen what each record has, where they differ."""
    found = {}
    for name in FIELDS[kind].choosable:
        names = FIELDS[kind].of(name)
        values = [{each: getattr(record, each) for each in names} for record in records]
        if any(value != values[0] for value in values):
            found[name] = [
                {"record_id": record.id, "value": value if len(names) > 1 else value[name]}
                for record, value in zip(records, values, strict=True)
            ]
    return found
