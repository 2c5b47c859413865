"""What may happen to an account."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from services.leads.person.domain import name_key
from services.leads.record.domain import Change, advanced, before_and_after, differing, edited_as
from shared.contracts.errors import DomainError, FieldError
from shared.contracts.events.leads_account import (
    AccountArchived,
    AccountChanged,
    AccountCreated,
    AccountMerged,
    AccountRestored,
    AccountState,
    AccountUnmerged,
)
from shared.contracts.money import Money

REVIEW = "account.review"
"""The kind of agenda entry an account gets that is new, or of which something else is known; `record_id`
names it."""
Judge = Literal["member", "rule"]
"""Who put an account into its segment. What a member has set, no rule changes."""
_PUBLIC = tuple(name for name in AccountState.model_fields if name not in ("account_id", "changed"))

_EDITED = {"changed": AccountChanged, "archived": AccountArchived, "restored": AccountRestored}


class AccountError(DomainError):
    """A rule of accounts said no."""


@dataclass(frozen=True, slots=True)
class Account:
    """One company. `name_key` is what two spellings of its name have in common."""

    id: UUID
    name: str
    name_key: str
    created_at: datetime
    updated_at: datetime
    version: int = 1
    field_versions: Mapping[str, int] = field(default_factory=dict)
    industry: str | None = None
    country: str | None = None
    website: str | None = None
    phone: str | None = None
    employees: int | None = None
    annual_revenue: Money | None = None
    notes: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    segment: str | None = None
    segment_by: Judge | None = None
    parent_id: UUID | None = None
    owner_id: UUID | None = None
    source_system: str | None = None
    external_id: str | None = None
    archived_at: datetime | None = None
    merged_into: UUID | None = None

    def edit(self, values: Mapping[str, Any], *, now: datetime) -> Change["Account"] | None:
        """The account with these values; None when nothing differs."""
        changes = differing(self, values)
        if not changes:
            return None
        after = advanced(self, now, changes)
        _check_place(after)
        if "name" in changes:
            after = replace(after, name_key=name_key(after.name))
        what = edited_as(changes)
        event = _EDITED[what](**public_state(after), changed=tuple(changes))
        return Change(after, what, now, before_and_after(self, changes), event)

    def put_into_segment(self, segment: str | None, *, by: Judge, now: datetime) -> Change["Account"] | None:
        """The account in this market segment, or in none; None when nothing changes. Without a segment the
        rules decide again, and never where a member has decided."""
        if by == "rule" and self.segment_by == "member":
            return None
        return self.edit({"segment": segment, "segment_by": by if segment is not None else None}, now=now)

    def merge_into(self, winner_id: UUID, merge_id: UUID, *, now: datetime) -> Change["Account"]:
        """It is part of another account from now on."""
        changes = {"merged_into": winner_id}
        after = advanced(self, now, changes)
        event = AccountMerged(**public_state(after), changed=tuple(changes), merge_id=merge_id)
        return Change(after, "merged", now, before_and_after(self, changes), event)

    def unmerge(self, merge_id: UUID, *, now: datetime) -> Change["Account"]:
        """It stands for itself again."""
        changes = {"merged_into": None}
        after = advanced(self, now, changes)
        apart = {"merge_id": merge_id, "unmerged_from": self.merged_into}
        event = AccountUnmerged(**public_state(after), changed=tuple(changes), **apart)
        return Change(after, "unmerged", now, before_and_after(self, changes), event)

    def archive(self, *, now: datetime) -> Change["Account"] | None:
        """Put away; None when it is."""
        return self.edit({"archived_at": self.archived_at or now}, now=now)

    def restore(self, *, now: datetime) -> Change["Account"] | None:
        """Brought back as it was; None when it was not put away."""
        return self.edit({"archived_at": None}, now=now)


def new_account(account_id: UUID, values: Mapping[str, Any], *, now: datetime) -> Change[Account]:
    """An account as it comes in. `created_at` among the values is for history loaded from elsewhere."""
    born = values.get("created_at") or now
    account = Account(
        **{**values, "id": account_id, "created_at": born, "updated_at": now},
        name_key=name_key(values["name"]),
    )
    _check_place(account)
    return Change(account, "created", born, {}, AccountCreated(**public_state(account)))


def _check_place(account: Account) -> None:
    """Refuses half a place."""
    if (account.latitude is None) != (account.longitude is None):
        missing = "latitude" if account.latitude is None else "longitude"
        detail = "Latitude and longitude go together."
        raise AccountError("validation_failed", detail, [FieldError(f"/{missing}", "required", detail)])


def public_state(account: Account) -> dict[str, Any]:
    """What others may know of the account."""
    return {"account_id": account.id, **{name: getattr(account, name) for name in _PUBLIC}}


def check_no_cycle(account_id: UUID, parent_id: UUID, parents: Mapping[UUID, UUID | None]) -> None:
    """Refuses a parent that is the account itself or lies below it. `parents`: child -> parent, as known."""
    above: UUID | None = parent_id
    for _ in range(len(parents) + 1):
        if above == account_id:
            detail = "An account cannot lie below itself."
            raise AccountError("validation_failed", detail, [FieldError("/parent_id", "cycle", detail)])
        if above is None:
            return
        above = parents.get(above)
