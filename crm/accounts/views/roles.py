"""Who may do what: the matrix of ``policy.py``, as a page that every member may read."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from crm.accounts import policy
from crm.accounts.choices import Role
from crm.accounts.forms import ROLE_HINTS
from crm.core.web.views import PageMixin, ScopedView

SCOPE_WORDS = {policy.ALL: _("All"), policy.OWN: _("Their own")}


@dataclass(frozen=True)
class Grant:
    """What a role may do with a resource, within one scope: “All: see, add”."""

    scope: str
    word: object
    actions: str


@dataclass(frozen=True)
class Cell:
    role: Role
    grants: list[Grant]
    is_mine: bool


@dataclass(frozen=True)
class Row:
    label: object
    note: object
    cells: list[Cell]


def joined(words: list[str]) -> str:
    """``See, add, change``: the first word keeps its capital."""
    text = ", ".join(str(word) for word in words)
    return text[:1].upper() + text[1:].lower()


def grants(resource: policy.Resource, role: str, organization) -> list[Grant]:
    """The cell as it is in force here, the organization's own settings included."""
    found: dict[str, list[str]] = {}
    for action in resource.actions:
        scope = policy.scope_of(role, f"{resource.code}.{action}", organization)
        if scope != policy.NONE:
            found.setdefault(scope, []).append(policy.ACTION_LABELS[action])
    return [Grant(scope, SCOPE_WORDS[scope], joined(words)) for scope, words in found.items()]


class RolesView(PageMixin, ScopedView):
    permission = "dashboard.view"  # which every role has: people may know what they and others can do
    template_name = "accounts/roles.html"

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        return self.render()

    def get_context(self, **context) -> dict:
        organization, mine = self.membership.organization, self.membership.role
        rows = [
            Row(
                resource.label,
                resource.note,
                [Cell(role, grants(resource, role, organization), role == mine) for role in Role],
            )
            for resource in policy.MATRIX
        ]
        roles = [(role, ROLE_HINTS[role], role == mine) for role in Role]
        return super().get_context(title=_("Roles and permissions"), rows=rows, roles=roles, **context)
