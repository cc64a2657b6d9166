"""The permission matrix (requirements X) as data: the only place that says who may do what.

A permission is ``resource.action``. A cell is ``own`` (rows the person owns, and what hangs off them), ``all`` (of the
organization) or absent (refused). ``allowed_if`` names an organization setting that opens a cell.
"""

from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext_lazy as _

from crm.accounts.choices import Role

OWN, ALL, NONE = "own", "all", "none"

ACTION_LABELS = {
    "view": _("See"),
    "add": _("Add"),
    "change": _("Change"),
    "delete": _("Delete or archive"),
    "destroy": _("Delete for good"),
    "note": _("Write notes"),
    "issue": _("Issue"),
    "void": _("Void"),
    "run": _("Run"),
    "update_value": _("Update the value"),
}


@dataclass(frozen=True)
class Resource:
    """A row of the matrix: what each role may do, action by action."""

    code: str
    label: object
    cells: dict[str, dict[str, str]]
    note: object = ""

    @cached_property
    def actions(self) -> list[str]:
        seen: dict[str, None] = {}
        for cell in self.cells.values():
            seen.update(dict.fromkeys(cell))
        return [action for action in ACTION_LABELS if action in seen]


def crud(scope: str) -> dict[str, str]:
    return {"view": scope, "add": scope, "change": scope, "delete": scope}


def see(scope: str, **more: str) -> dict[str, str]:
    return {"view": scope, **more}


ADMIN, FUNDRAISER, FINANCE, MEMBER, READ_ONLY = Role.ADMIN, Role.FUNDRAISER, Role.FINANCE, Role.MEMBER, Role.READ_ONLY

MATRIX: tuple[Resource, ...] = (
    Resource(
        "contacts",
        _("Contacts"),
        {
            ADMIN: {**crud(ALL), "note": ALL, "destroy": ALL},
            FUNDRAISER: {**crud(OWN), "note": OWN},
            FINANCE: see(ALL),
            MEMBER: see(ALL, change=ALL, note=ALL),
            READ_ONLY: see(ALL),
        },
    ),
    Resource(
        "pipeline",
        _("Pipeline and opportunities"),
        {ADMIN: crud(ALL), FUNDRAISER: crud(OWN), FINANCE: see(ALL), READ_ONLY: see(ALL)},
        _("Of the contacts that the person sees."),
    ),
    Resource(
        "gifts",
        _("Gifts"),
        {
            ADMIN: crud(ALL),
            FUNDRAISER: see(OWN, add=OWN),
            FINANCE: crud(ALL),
            MEMBER: see(ALL),
            READ_ONLY: see(ALL),
        },
        _("Fundraisers record gifts only where the organization’s settings allow it."),
    ),
    Resource(
        "pledges",
        _("Pledges and monthly gifts"),
        {ADMIN: crud(ALL), FUNDRAISER: crud(OWN), FINANCE: see(ALL), MEMBER: see(ALL), READ_ONLY: see(ALL)},
    ),
    Resource(
        "thanks",
        _("Thank-yous"),
        {
            ADMIN: see(ALL, change=ALL),
            FUNDRAISER: see(OWN, change=OWN),
            FINANCE: see(ALL),
            MEMBER: see(ALL, change=ALL),
            READ_ONLY: see(ALL),
        },
        _("Whoever called a donor says so; letters and e-mails are a line of their own."),
    ),
    Resource(
        "tributes",
        _("Tributes"),
        {
            ADMIN: crud(ALL),
            FUNDRAISER: see(ALL, add=ALL, change=ALL),
            FINANCE: see(ALL, add=ALL, change=ALL),
            MEMBER: see(ALL),
            READ_ONLY: see(ALL),
        },
        _("Telling the families goes with the thank-yous."),
    ),
    Resource("payment_methods", _("Payment methods"), {ADMIN: crud(ALL), FINANCE: crud(ALL)}),
    Resource(
        "receipts",
        _("Official receipts"),
        {
            ADMIN: see(ALL, issue=ALL, void=ALL),
            FUNDRAISER: see(OWN),
            FINANCE: see(ALL, issue=ALL, void=ALL),
            READ_ONLY: see(ALL),
        },
    ),
    Resource(
        "funds",
        _("Funds and campaigns"),
        {ADMIN: crud(ALL), FUNDRAISER: see(ALL), FINANCE: see(ALL), MEMBER: see(ALL), READ_ONLY: see(ALL)},
    ),
    Resource(
        "ledger",
        _("Ledger: export, closing of the books"),
        {ADMIN: see(ALL, change=ALL, delete=ALL), FINANCE: see(ALL, change=ALL), READ_ONLY: see(ALL)},
        _("Closed books are opened again by administrators only."),
    ),
    Resource(
        "imports",
        _("Imports"),
        {ADMIN: see(ALL, run=ALL), FINANCE: see(OWN, run=OWN)},
        _("Finance staff import gifts; administrators import everything."),
    ),
    Resource(
        "segments",
        _("Groups, segments, tags"),
        {ADMIN: crud(ALL), FUNDRAISER: crud(OWN), FINANCE: see(ALL), MEMBER: see(ALL), READ_ONLY: see(ALL)},
        _("A tag is put on a contact by whoever may change that contact."),
    ),
    Resource(
        "outreach",
        _("Letters, e-mails and their templates"),
        {ADMIN: {**crud(ALL), "run": ALL}, FUNDRAISER: see(OWN, run=OWN), READ_ONLY: see(ALL)},
    ),
    Resource(
        "tasks",
        _("Tasks"),
        {ADMIN: crud(ALL), FUNDRAISER: crud(OWN), MEMBER: crud(OWN), READ_ONLY: see(ALL)},
    ),
    Resource(
        "privacy",
        _("Personal information: access, anonymization, log"),
        {ADMIN: see(ALL, run=ALL)},
        _("Quebec’s Law 25: somebody asks for what is held about them, or to be forgotten."),
    ),
    Resource(
        "saved_views",
        _("Saved views of lists"),
        {role: crud(ALL if role == ADMIN else OWN) for role in (ADMIN, FUNDRAISER, FINANCE, MEMBER, READ_ONLY)},
        _("Everybody opens the views that colleagues share; administrators may also change those."),
    ),
    Resource(
        "notifications",
        _("Notifications"),
        {role: see(OWN, change=OWN) for role in (ADMIN, FUNDRAISER, FINANCE, MEMBER, READ_ONLY)},
        _("Each person’s own."),
    ),
    Resource("exports", _("Exports"), {ADMIN: {"run": ALL}, FUNDRAISER: {"run": OWN}, FINANCE: {"run": ALL}}),
    Resource(
        "operations",
        _("Long work in progress"),
        {ADMIN: see(ALL), FUNDRAISER: see(OWN), FINANCE: see(OWN), MEMBER: see(OWN), READ_ONLY: see(OWN)},
    ),
    Resource("settings", _("People, settings and audit log"), {ADMIN: see(ALL, change=ALL)}),
    Resource(
        "kpis",
        _("KPIs"),
        {
            ADMIN: {**crud(ALL), "update_value": ALL},
            **{role: see(ALL, update_value=ALL) for role in (FUNDRAISER, FINANCE, MEMBER)},
            READ_ONLY: see(ALL),
        },
        _("Numbers of the whole organization, even for those who see only their own donors."),
    ),
    Resource(
        "dashboard",
        _("Dashboard"),
        {ADMIN: see(ALL), FUNDRAISER: see(OWN), FINANCE: see(ALL), MEMBER: see(ALL), READ_ONLY: see(ALL)},
    ),
)

RESOURCES = {resource.code: resource for resource in MATRIX}
# Cells that an organization opens by a setting: (permission, role) → name of the boolean on Organization.
ALLOWED_IF = {("gifts.add", FUNDRAISER): "fundraisers_record_gifts"}


class UnknownPermission(KeyError):
    """A permission that is not in the matrix: a mistake in the code, never a refusal."""


def scope_of(role: str, permission: str, organization=None) -> str:
    """``none``, ``own`` or ``all`` for a role. Raises :class:`UnknownPermission` for a name outside the matrix."""
    code, _dot, action = permission.partition(".")
    resource = RESOURCES.get(code)
    if resource is None or action not in resource.actions:
        raise UnknownPermission(permission)
    setting = ALLOWED_IF.get((permission, role))
    if setting and not (organization and getattr(organization, setting)):
        return NONE
    return resource.cells.get(role, {}).get(action, NONE)
