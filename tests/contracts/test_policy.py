"""The permission matrix of requirements X, written a second time by hand: the data must say the same, cell by cell."""

import pytest

from crm.accounts import policy
from crm.accounts.models import Organization

# Columns: fundraiser, admin, finance, member, read_only. Letters below; capital = all rows, small = own rows.
WANTED = {
    "contacts": ("v a c d n", "V A C D N X", "V", "V C N", "V"),
    "pipeline": ("v a c d", "V A C D", "V", "", "V"),
    "gifts": ("v a", "V A C D", "V A C D", "V", "V"),
    "receipts": ("v", "V I O", "V I O", "", "V"),
    "pledges": ("v a c d", "V A C D", "V", "V", "V"),
    "thanks": ("v c", "V C", "V", "V C", "V"),
    "tributes": ("V A C", "V A C D", "V A C", "V", "V"),
    "payment_methods": ("", "V A C D", "V A C D", "", ""),
    "ledger": ("", "V C D", "V C", "", "V"),
    "funds": ("V", "V A C D", "V", "V", "V"),
    "segments": ("v a c d", "V A C D", "V", "V", "V"),
    "outreach": ("v r", "V A C D R", "", "", "V"),
    "tasks": ("v a c d", "V A C D", "", "v a c d", "V"),
    "privacy": ("", "V R", "", "", ""),
    "saved_views": ("v a c d", "V A C D", "v a c d", "v a c d", "v a c d"),
    "imports": ("", "V R", "v r", "", ""),
    "exports": ("r", "R", "R", "", ""),
    "operations": ("v", "V", "v", "v", "v"),
    "settings": ("", "V C", "", "", ""),
    "notifications": ("v c",) * 5,
    "kpis": ("V U", "V A C D U", "V U", "V U", "V"),
    "dashboard": ("v", "V", "V", "V", "V"),
}
ROLES = ("fundraiser", "admin", "finance", "member", "read_only")
LETTERS = {"v": "view", "a": "add", "c": "change", "d": "delete", "n": "note", "i": "issue", "o": "void", "r": "run",
           "x": "destroy", "u": "update_value"}  # fmt: skip


def wanted(resource: str, role: str) -> dict[str, str]:
    words = WANTED[resource][ROLES.index(role)].split()
    return {LETTERS[word.lower()]: "all" if word.isupper() else "own" for word in words}


def test_the_matrix_has_exactly_these_rows():
    assert {resource.code for resource in policy.MATRIX} == set(WANTED)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("resource", sorted(WANTED))
def test_each_cell_grants_exactly_this(resource, role):
    organization = Organization(fundraisers_record_gifts=True)
    actions = policy.RESOURCES[resource].actions
    granted = {a: s for a in actions if (s := policy.scope_of(role, f"{resource}.{a}", organization)) != "none"}
    assert granted == wanted(resource, role)


def test_fundraisers_record_gifts_only_where_allowed():
    assert policy.scope_of("fundraiser", "gifts.add", Organization()) == "none"
    assert policy.scope_of("fundraiser", "gifts.add", Organization(fundraisers_record_gifts=True)) == "own"


def test_a_permission_outside_the_matrix_is_a_mistake_not_a_refusal():
    with pytest.raises(policy.UnknownPermission):
        policy.scope_of("admin", "contacts.explode")
