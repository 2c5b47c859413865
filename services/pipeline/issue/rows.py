"""Issues as rows, rows as issues, and who may see them."""

from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, RowMapping, and_, false, or_, true

from services.pipeline.body import columns_of, money
from services.pipeline.issue.domain import Evidence, Issue, Recheck, Tried, Viewpoint
from services.pipeline.issue.tables import issue
from services.pipeline.tables import ORGANISATION
from shared.contracts.events.pipeline_issue import KnownLeak
from shared.contracts.identity import Identity
from shared.organisation.scope import owner_scope

_I = issue.c
_KEPT: dict[str, TypeAdapter[Any]] = {
    "viewpoint": TypeAdapter(Viewpoint),
    "tried": TypeAdapter(tuple[Tried, ...]),
    "evidence": TypeAdapter(Evidence | None),
    "rechecks": TypeAdapter(tuple[Recheck, ...]),
    "leak": TypeAdapter(KnownLeak | None),
}
_PLAIN = tuple(
    name for name in Issue.__dataclass_fields__ if name not in (*_KEPT, "value_at_stake", "field_versions")
)


def visible_to(caller: Identity) -> ColumnElement[bool]:
    """Those whose owner the caller may see, and those the caller has opened. What nobody owns yet: those that
    managers opened; of an alert, for who sees the alert."""
    if caller.scope == "all":
        return true()
    of_alert = and_(_I.alert_id.is_not(None), _I.owner_id.is_(None))
    answers = _I.team_id.in_(caller.team_ids) if caller.scope == "subtree" else false()
    owned = owner_scope(ORGANISATION, caller, _I.owner_id)
    return or_(and_(of_alert, answers), and_(~of_alert, owned), _I.opened_by == caller.sub)


def as_issue(row: RowMapping) -> Issue:
    """A row as an issue."""
    return Issue(
        **{name: row[name] for name in _PLAIN},
        **{name: kind.validate_python(row[name]) for name, kind in _KEPT.items()},
        value_at_stake=money(row["value_at_stake"], row["currency"]),
        field_versions=row["field_versions"],
    )


def row_of(each: Issue) -> dict[str, Any]:
    """An issue as a row of its table."""
    return {
        **{name: getattr(each, name) for name in _PLAIN},
        **{name: kind.dump_python(getattr(each, name), mode="json") for name, kind in _KEPT.items()},
        **columns_of("value_at_stake", "currency", each.value_at_stake),
        "key": each.key,
        "field_versions": dict(each.field_versions),
    }
