"""The role matrix: permissions are `resource:action`, scopes decide which records they reach.

Every permission a route names in `x-permission` is granted to somebody here, or nobody could ever call it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from shared.contracts.identity import Scope

Role = Literal["admin", "director", "manager", "rep", "analyst", "ops", "partner"]
MemberRole = Literal["admin", "director", "manager", "rep", "analyst", "ops"]
ROLES: tuple[Role, ...] = get_args(Role)
MEMBER_ROLES: tuple[MemberRole, ...] = get_args(MemberRole)


def _grant(**resources: str) -> frozenset[str]:
    """`leads="read write"` becomes `leads:read` and `leads:write`."""
    return frozenset(f"{name}:{action}" for name, actions in resources.items() for action in actions.split())


_COLLEAGUES = _grant(
    me="read write", members="read", teams="read", roles="read", organisation="read", exchange_rates="read"
)
_LIVE = _grant(events="read")
_SEE_CUSTOMERS = _grant(
    leads="read",
    accounts="read",
    contacts="read",
    activities="read",
    deals="read",
    orders="read",
    issues="read",
    inquiries="read",
    lead_suggestions="read",
)
_WORK_CUSTOMERS = _grant(
    leads="write",
    accounts="write",
    contacts="write",
    activities="write",
    deals="write",
    orders="write",
    issues="write",
    inquiries="write",
    lead_suggestions="write",
)
_SEE_OFFER = _grant(products="read", pipelines="read", competitors="read")
_SEE_FIGURES = _grant(
    scoring="read",
    forecast="read",
    targets="read",
    lead_funnel="read",
    adjustments="read",
    snapshots="read",
    submissions="read",
    alerts="read",
)
_JUDGE = _grant(
    adjustments="write",
    submissions="write",
    alerts="write",
)
_LEAD_OTHERS = _grant(
    leads="assign",
    competitors="write",
    deals="intervene",
    lead_plans="write",
    targets="write",
    snapshots="write",
    submissions="review",
    routing="read",
    web_forms="read",
    traffic="write",
    scenarios="read write",
)
_SEE_ORDER = _grant(duplicates="read", merges="read", matching_rules="read", duplicate_policies="read")
_KEEP_ORDER = _SEE_ORDER | _grant(duplicates="write", merges="write")
_RULE_ORDER = _grant(
    duplicates="scan",
    matching_rules="write",
    duplicate_policies="write",
    web_forms="write",
    inquiries="configure",
)
_LOAD_FILES = _grant(imports="read write", quarantine="read write")
_SHAPE_OFFER = _grant(
    products="write",
    pipelines="write",
    lead_settings="write",
    scoring="write",
    working_time="write",
    market_research="write",
    submissions="configure",
    snapshots="configure",
    alerts="configure",
)
_SELL = _grant(sellers="read", absences="write")
_LEAD_SELLERS = _grant(sellers="write", territories="read", partners="read")
_SHAPE_FORECAST = _grant(forecast="configure")
_SHAPE_ROUTING = _grant(routing="write", territories="write")
_GOVERN = _grant(
    organisation="write", exchange_rates="write", members="write", teams="write", partners="read write",
    api_keys="read write",
)  # fmt: skip
_OPERATE = _grant(operations="read write")

_REP = (
    _COLLEAGUES
    | _SELL
    | _LIVE
    | _SEE_CUSTOMERS
    | _WORK_CUSTOMERS
    | _SEE_OFFER
    | _SEE_FIGURES
    | _JUDGE
    | _KEEP_ORDER
    | _LOAD_FILES
)
_MANAGER = _REP | _LEAD_SELLERS | _LEAD_OTHERS
_DIRECTOR = _MANAGER | _SHAPE_FORECAST | _SHAPE_ROUTING | _SHAPE_OFFER | _RULE_ORDER

PERMISSIONS: Mapping[str, frozenset[str]] = {
    "admin": _DIRECTOR | _GOVERN | _OPERATE,
    "director": _DIRECTOR,
    "manager": _MANAGER,
    "rep": _REP,
    "analyst": _COLLEAGUES
    | _LIVE
    | _SEE_CUSTOMERS
    | _SEE_OFFER
    | _SEE_FIGURES
    | _SEE_ORDER
    | _grant(
        quarantine="read",
        routing="read",
        sellers="read",
        territories="read",
        web_forms="read",
        partners="read",
        scenarios="read",
    ),
    "ops": _COLLEAGUES | _OPERATE,
    "partner": _grant(me="read", partner_leads="read write", events="read"),
}
SCOPES: Mapping[str, Scope] = {
    "admin": "all",
    "director": "all",
    "manager": "subtree",
    "rep": "own",
    "analyst": "all",
    "ops": "none",
    "partner": "partner",
}
_MEANINGS: Mapping[Role, str] = {
    "admin": "Sets up the organisation: members, teams, partners, keys, rates. Sees everything.",
    "director": "Top management: sees everything, shapes products and pipelines, sets targets.",
    "manager": "Head of sales of a team: sees and does everything within the subtree of the team.",
    "rep": "Salesperson: own leads, accounts, contacts, activities and deals.",
    "analyst": "Reads everything, changes nothing.",
    "ops": "Runs the system: operations without customer data.",
    "partner": "A partner's system: pushes leads and sees what became of them.",
}
EVERYTHING = frozenset().union(*PERMISSIONS.values())


@dataclass(frozen=True, slots=True)
class RoleDescription:
    """One row of the matrix, for people."""

    id: Role
    meaning: str
    scope: Scope
    permissions: tuple[str, ...]


def describe(role: Role) -> RoleDescription:
    """The role's row, permissions sorted."""
    return RoleDescription(role, _MEANINGS[role], SCOPES[role], tuple(sorted(PERMISSIONS[role])))


def may(role: str, permission: str, *, granted: frozenset[str] | None = None) -> bool:
    """Whether the role holds the permission; `granted` narrows it further (an API key's own permissions)."""
    held = PERMISSIONS.get(role, frozenset())
    return permission in held and (granted is None or permission in granted)
