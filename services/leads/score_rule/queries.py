"""The list of rules."""

from services.leads.score_rule.schemas import RuleOut
from services.leads.score_rule.tables import score_rule as rule
from shared.web.listing import Field, Listing

RULES = Listing(
    name="score-rules",
    table=rule,
    default_sort="created_at",
    fields={
        "id": Field(rule.c.id, "uuid", sortable=True),
        "name": Field(rule.c.name, "text"),
        "part": Field(rule.c.part, "enum", values=("fit", "engagement")),
        "group": Field(rule.c.group, "text"),
        "active": Field(rule.c.active, "bool"),
        "created_at": Field(rule.c.created_at, "datetime", sortable=True),
        "archived_at": Field(rule.c.archived_at, "datetime"),
    },
    columns=[rule.c[name] for name in RuleOut.model_fields],
    item_fields=tuple(RuleOut.model_fields),
)
