"""The list of policies."""

from services.leads.duplicate_policy.domain import ACTIONS
from services.leads.duplicate_policy.schemas import PolicyOut
from services.leads.duplicate_policy.tables import duplicate_policy as policy
from shared.web.listing import Field, Listing

POLICIES = Listing(
    name="duplicate-policies",
    table=policy,
    default_sort="created_at",
    fields={
        "id": Field(policy.c.id, "uuid", sortable=True),
        "source": Field(policy.c.source, "text"),
        "action": Field(policy.c.action, "enum", values=ACTIONS),
        "min_score": Field(policy.c.min_score, "int"),
        "created_at": Field(policy.c.created_at, "datetime", sortable=True),
        "archived_at": Field(policy.c.archived_at, "datetime"),
    },
    columns=[policy.c[name] for name in PolicyOut.model_fields],
    item_fields=tuple(PolicyOut.model_fields),
)
