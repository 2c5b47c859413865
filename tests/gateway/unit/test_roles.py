"""The role matrix."""

import pytest

from services.gateway.role.domain import EVERYTHING, MEMBER_ROLES, PERMISSIONS, ROLES, SCOPES, describe, may


def test_every_role_has_a_scope_and_permissions() -> None:
    assert set(PERMISSIONS) == set(SCOPES) == set(ROLES)


def test_an_analyst_changes_nothing() -> None:
    assert not [name for name in PERMISSIONS["analyst"] if not name.endswith(":read") and name != "me:write"]


def test_operations_staff_sees_no_customer_data() -> None:
    customer = {"leads", "accounts", "contacts", "activities", "deals", "forecast", "events"}

    assert not {name for name in PERMISSIONS["ops"] if name.split(":")[0] in customer}
    assert SCOPES["ops"] == "none"


def test_a_partner_reaches_nothing_but_its_own_pushes() -> None:
    assert PERMISSIONS["partner"] == {"me:read", "partner_leads:read", "partner_leads:write", "events:read"}


@pytest.mark.parametrize("role", [role for role in MEMBER_ROLES if role != "admin"])
def test_only_an_admin_governs(role: str) -> None:
    assert not may(role, "members:write")
    assert may("admin", "members:write")


def test_issues_are_read_by_all_who_see_deals_and_kept_by_those_who_sell() -> None:
    readers = {role for role in ROLES if may(role, "issues:read")}
    keepers = {role for role in ROLES if may(role, "issues:write")}

    assert readers == {"admin", "director", "manager", "rep", "analyst"}
    assert keepers == readers - {"analyst"}


def test_a_narrowed_key_keeps_only_what_was_granted() -> None:
    granted = frozenset({"partner_leads:write", "deals:write"})

    assert may("partner", "partner_leads:write", granted=granted)
    assert not may("partner", "partner_leads:read", granted=granted)
    assert not may("partner", "deals:write", granted=granted)


def test_an_unknown_role_may_nothing() -> None:
    assert not any(may("emperor", permission) for permission in EVERYTHING)


def test_a_description_lists_permissions_in_order() -> None:
    described = describe("rep")

    assert list(described.permissions) == sorted(PERMISSIONS["rep"])
    assert described.scope == "own"
