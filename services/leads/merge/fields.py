"""Which fields of each kind are merged, and how."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.leads.matching.domain import Kind

_SOURCE = ("source", "medium", "campaign", "channel", "origin", "referrer", "landing_page")


@dataclass(frozen=True, slots=True)
class Fields:
    """`single`: one record's value each. `together`: values that belong to each other come from one record.
    `united`: everything that any of them has, unless one record is chosen; `texts` only when asked."""

    single: tuple[str, ...]
    together: Mapping[str, tuple[str, ...]]
    united: tuple[str, ...] = ()
    texts: tuple[str, ...] = ("notes",)

    @property
    def choosable(self) -> tuple[str, ...]:
        """What a caller may choose by name."""
        return (*self.single, *self.together, *self.united)

    def of(self, name: str) -> tuple[str, ...]:
        """The record's fields behind a name."""
        return self.together.get(name, (name,))


_PERSON = ("first_name", "last_name", "name")
FIELDS: Mapping[Kind, Fields] = {
    "lead": Fields(
        single=(
            *("company", "job_title", "email", "phone", "industry", "employees", "website", "language"),
            *_SOURCE,
            *("product_interest", "expected_value", "notes", "preferred_channel"),
        ),
        together={
            "person": _PERSON,
            "category": ("category", "category_by"),
            "segment": ("segment", "segment_by"),
            "address": ("country", "region", "city", "postal_code"),
            "owner": (
                *("owner_id", "assigned_at", "assignment_reason", "territory_id"),
                *("queue_id", "queued_at", "queue_reason", "leased_by", "leased_until"),
            ),
        },
        united=("tags", "needs", "attributes"),
    ),
    "contact": Fields(
        single=(
            *("email", "phone", "country", "job_title", "decision_role", "language", "notes"),
            *("account_id", "owner_id", "preferred_channel"),
        ),
        together={"person": _PERSON},
    ),
    "account": Fields(
        single=(
            *("name", "industry", "country", "website", "phone", "employees", "annual_revenue"),
            *("notes", "parent_id", "owner_id"),
        ),
        together={"place": ("latitude", "longitude"), "segment": ("segment", "segment_by")},
    ),
}
# The one that says whether there is anything in the group; others only go with it.
LEADING: Mapping[str, tuple[str, ...]] = {
    "person": ("first_name", "last_name"),
    "address": ("country", "region", "city", "postal_code"),
    "category": ("category",),
    "segment": ("segment",),
    "owner": ("owner_id",),
    "place": ("latitude", "longitude"),
}
