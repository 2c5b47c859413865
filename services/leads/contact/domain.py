"""What may happen to a contact."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from services.leads.person.domain import Way, full_name
from services.leads.record.domain import Change, advanced, before_and_after, differing, edited_as
from shared.contracts.errors import DomainError, FieldError
from shared.contracts.events.leads_contact import ContactMerged, ContactState, ContactUnmerged


class ContactError(DomainError):
    """A rule of contacts said no."""


@dataclass(frozen=True, slots=True)
class Contact:
    """One person, at an account or at none."""

    id: UUID
    name: str
    created_at: datetime
    updated_at: datetime
    version: int = 1
    field_versions: Mapping[str, int] = field(default_factory=dict)
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    phone: str | None = None
    country: str | None = None
    job_title: str | None = None
    decision_role: str | None = None
    language: str | None = None
    notes: str | None = None
    do_not_contact: tuple[str, ...] = ()
    preferred_channel: Way | None = None
    account_id: UUID | None = None
    owner_id: UUID | None = None
    source_system: str | None = None
    external_id: str | None = None
    archived_at: datetime | None = None
    merged_into: UUID | None = None

    def edit(self, values: Mapping[str, Any], *, now: datetime) -> Change["Contact"] | None:
        """The contact with these values; None when nothing differs. A derived name follows its parts."""
        changes = differing(self, self._with_derived_name(values))
        if not changes:
            return None
        after = advanced(self, now, changes)
        return Change(after, edited_as(changes), now, before_and_after(self, changes))

    def archive(self, *, now: datetime) -> Change["Contact"] | None:
        """Put away; None when it is."""
        return self.edit({"archived_at": self.archived_at or now}, now=now)

    def restore(self, *, now: datetime) -> Change["Contact"] | None:
        """Brought back as it was; None when it was not put away."""
        return self.edit({"archived_at": None}, now=now)

    def merge_into(self, winner_id: UUID, merge_id: UUID, *, now: datetime) -> Change["Contact"]:
        """It is part of another contact from now on."""
        changes = {"merged_into": winner_id}
        after = advanced(self, now, changes)
        event = ContactMerged(**public_state(after), changed=tuple(changes), merge_id=merge_id)
        return Change(after, "merged", now, before_and_after(self, changes), event)

    def unmerge(self, merge_id: UUID, *, now: datetime) -> Change["Contact"]:
        """It stands for itself again."""
        changes = {"merged_into": None}
        after = advanced(self, now, changes)
        apart = {"merge_id": merge_id, "unmerged_from": self.merged_into}
        event = ContactUnmerged(**public_state(after), changed=tuple(changes), **apart)
        return Change(after, "unmerged", now, before_and_after(self, changes), event)

    def _with_derived_name(self, values: Mapping[str, Any]) -> Mapping[str, Any]:
        before = {name: getattr(self, name) for name in _NAMING}
        was_derived = derived_name(before) == self.name
        if values.get("name") or ("name" not in values and not was_derived):
            return values
        return {**values, "name": derived_name({**before, **values}) or self.name}


_PUBLIC = tuple(name for name in ContactState.model_fields if name not in ("contact_id", "changed"))


def public_state(contact: Contact) -> dict[str, Any]:
    """What others may know of the contact: ids."""
    return {"contact_id": contact.id, **{name: getattr(contact, name) for name in _PUBLIC}}


_NAMING = ("first_name", "last_name", "email", "phone")


def derived_name(values: Mapping[str, Any]) -> str | None:
    """What to call somebody who was given no name."""
    person = full_name(values.get("first_name"), values.get("last_name"))
    return person or values.get("email") or values.get("phone")


def new_contact(contact_id: UUID, values: Mapping[str, Any], *, now: datetime) -> Change[Contact]:
    """A contact as it comes in. Refuses one that nothing names."""
    name = values.get("name") or derived_name(values)
    if name is None:
        detail = "A contact needs a name, an e-mail or a phone."
        raise ContactError("validation_failed", detail, [FieldError("/name", "required", detail)])
    born = values.get("created_at") or now
    contact = Contact(**{**values, "id": contact_id, "name": name, "created_at": born, "updated_at": now})
    return Change(contact, "created", born, {})
