"""The menu and the donor page's panels, by url name: what is where, and who sees it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from crm.accounts import queries
from crm.core.web.urls import org_url
from crm.giving import batches, thanks
from crm.notifications import inbox
from crm.tasks import queries as tasks


@dataclass(frozen=True)
class Entry:
    label: object
    url_name: str
    icon: str
    permission: str
    area: str | tuple[str, ...]  # the pages that light this entry: how their url names begin
    count: Callable | None = None  # of a membership: how many things wait there


@dataclass(frozen=True)
class Item:
    label: object
    url: str
    icon: str
    active: bool
    count: int | None = None


@dataclass(frozen=True)
class Section:
    label: object
    items: list[Item] = field(default_factory=list)
    at_foot: bool = False  # at the bottom of the menu on wide screens, away from the daily work


SETTINGS = (
    *(f"accounts:{noun}" for noun in ("settings", "organization", "member", "invitation", "roles", "audit")),
    "contacts:custom_field_",
    "giving:gateway",
)
SETS = tuple(f"contacts:{noun}_" for noun in ("segment", "group", "tag"))

GIFTS = tuple(f"giving:{noun}_" for noun in ("gift", "credit", "claim", "program"))
DOUBLES = ("contacts:duplicate_", "contacts:merge_")

MENU: tuple[tuple[object, tuple[Entry, ...]], ...] = (
    ("", (Entry(_("My day"), "accounts:home", "sun-high", "dashboard.view", ("accounts:home", "insights:home")),)),
    (
        _("Relationships"),
        (
            Entry(_("Contacts"), "contacts:contact_list", "users", "contacts.view", "contacts"),
            Entry(_("Pipeline"), "pipeline:board", "layout-kanban", "pipeline.view", "pipeline"),
            Entry(_("Segments and groups"), "contacts:segment_list", "users-group", "segments.view", SETS),
            Entry(_("Households"), "contacts:household_list", "home", "contacts.view", "contacts:household_"),
            Entry(_("Duplicates"), "contacts:duplicate_list", "git-merge", "contacts.view", DOUBLES),
            Entry(_("Communications"), "outreach:communication_list", "send", "outreach.view", "outreach"),
            Entry(_("Tasks"), "tasks:task_list", "checkbox", "tasks.view", "tasks", tasks.due_count),
        ),
    ),
    (
        _("Giving"),
        (
            Entry(_("Gifts"), "giving:gift_list", "coin", "gifts.view", GIFTS),
            Entry(_("Pledges"), "giving:pledge_list", "repeat", "pledges.view", ("giving:pledge", "giving:debit")),
            Entry(
                _("Thank-yous"), "giving:thanks_list", "mail-heart", "thanks.view", "giving:thanks", thanks.count_due
            ),
            Entry(
                _("Tributes"),
                "giving:tribute_list",
                "candle",
                "tributes.view",
                ("giving:tribute", "giving:notice", "giving:recipient"),
            ),
            Entry(_("Batch entry"), "giving:batch_list", "keyboard", "gifts.add", "giving:batch", batches.count_open),
            Entry(
                _("Campaigns"),
                "giving:campaign_list",
                "target-arrow",
                "funds.view",
                ("giving:campaign", "giving:appeal"),
            ),
            Entry(_("Funds"), "giving:fund_list", "building-bank", "funds.view", ("giving:fund", "giving:spending")),
            Entry(_("Ledger"), "giving:ledger", "report-money", "ledger.view", "giving:ledger"),
            Entry(_("Official receipts"), "receipts:receipt_list", "file-certificate", "receipts.view", "receipts"),
        ),
    ),
    (
        _("Follow-up"),
        (
            Entry(_("KPIs"), "insights:kpi_list", "gauge", "kpis.view", "insights:kpi_"),
            Entry(_("Reports"), "insights:report_list", "chart-bar", "dashboard.view", "insights"),
        ),
    ),
    (
        _("Administration"),
        (
            Entry(_("Imports"), "imports:import_list", "file-import", "imports.view", "imports"),
            Entry(_("Settings"), "accounts:settings", "settings", "settings.view", SETTINGS),
        ),
    ),
)


def closeness(entry: Entry, here: str) -> int:
    """How much of this page's name the entry's area names: segments are contacts' too, and have their own entry."""
    areas = (entry.area,) if isinstance(entry.area, str) else entry.area
    return max((len(area) for area in areas if here.startswith(area)), default=0)


def menu(request: HttpRequest) -> list[Section]:
    """The sections and items this person may open, the present one marked."""
    membership = getattr(request, "membership", None)
    match = request.resolver_match
    if membership is None or match is None:
        return []
    here = f"{match.namespace}:{match.url_name}"
    lit = max((closeness(entry, here) for _label, entries in MENU for entry in entries), default=0)
    sections = []
    for label, entries in MENU:
        items = [
            Item(
                entry.label,
                org_url(membership, entry.url_name),
                entry.icon,
                active=lit > 0 and closeness(entry, here) == lit,
                count=entry.count(membership) if entry.count else None,
            )
            for entry in entries
            if membership.can(entry.permission)
        ]
        if items:
            sections.append(Section(label, items, at_foot=(label, entries) == MENU[-1]))
    return sections


@dataclass(frozen=True)
class Place:
    organization: object
    url: str


def switcher(request: HttpRequest) -> list[Place]:
    """The other organizations this person works in."""
    if not request.user.is_authenticated:
        return []
    rows = getattr(request, "places", None)  # inside an organization the middleware has read them
    if rows is None:
        rows = queries.places_of(request.user)
    present = getattr(request, "membership", None)
    return [
        Place(row.organization, reverse("accounts:home", kwargs={"organization": row.organization.slug}))
        for row in rows
        if present is None or row.organization_id != present.organization_id
    ]


@dataclass(frozen=True)
class Bell:
    """The way to one's notifications, and how many wait."""

    url: str
    count_url: str
    unread: int

    @property
    def badge(self) -> str:
        return inbox.badge(self.unread)


def bell(request: HttpRequest) -> Bell | None:
    membership = getattr(request, "membership", None)
    if membership is None:
        return None
    addresses = (org_url(membership, name) for name in ("inbox:notification_list", "inbox:count"))
    return Bell(*addresses, inbox.unread_count(membership))


@dataclass(frozen=True)
class Panel:
    code: str
    label: object
    url_name: str
    permission: str
    count: str = ""  # of (contact, membership): how many it holds, where telling costs next to nothing
    width: str = "col-12"  # of “My day”, in its grid
    has_frame: bool = True  # a card with its name around it


@dataclass(frozen=True)
class Shortcut:
    """An act offered by the search box. With ``of_contact`` it is about one contact (``%(name)s`` in the label, ``pk`` in
    the address); ``words`` in front of a name ask for it: “gift bouchard”, « don bouchard ».
    """

    label: object
    url_name: str
    icon: str
    permission: str
    of_contact: bool = False
    words: tuple[str, ...] = ()


SHORTCUTS: tuple[Shortcut, ...] = (
    Shortcut(_("New gift: %(name)s"), "giving:gift_create_for", "coin", "gifts.add", True, ("gift", "don", "donation")),
    Shortcut(_("Edit %(name)s"), "contacts:contact_update", "pencil", "contacts.change", True, ("edit", "modifier")),
    Shortcut(
        _("New pledge: %(name)s"), "giving:pledge_create_for", "repeat", "pledges.add", True, ("pledge", "promesse")
    ),
    Shortcut(
        _("New opportunity: %(name)s"),
        "pipeline:opportunity_create_for",
        "target-arrow",
        "pipeline.add",
        True,
        ("opportunity", "opportunité", "ask"),
    ),
    Shortcut(_("Record a gift"), "giving:gift_create", "coin", "gifts.add"),
    Shortcut(_("New batch of gifts"), "giving:batch_create", "keyboard", "gifts.add"),
    Shortcut(_("New contact"), "contacts:contact_create", "user-plus", "contacts.add"),
    Shortcut(_("Import a file"), "imports:import_create", "file-import", "imports.run"),
)


# Tabs of the donor page after the overview: each domain serves its own panel (design §4.9).
CONTACT_PANELS: tuple[Panel, ...] = (
    Panel("gifts", _("Gifts"), "giving:contact_gifts", "gifts.view", "crm.giving.queries.count_gifts"),
    Panel("pledges", _("Pledges"), "giving:contact_pledges", "pledges.view", "crm.giving.queries.count_pledges"),
    Panel("payments", _("Payment methods"), "giving:contact_payments", "payment_methods.view"),
    Panel("profile", _("Profile"), "contacts:contact_profile", "contacts.view"),
    Panel("notes", _("Notes"), "contacts:contact_notes", "contacts.view", "crm.contacts.queries.count_notes"),
    Panel(
        "opportunities",
        _("Opportunities"),
        "pipeline:contact_opportunities",
        "pipeline.view",
        "crm.pipeline.queries.count_open",
    ),
    Panel("messages", _("Communications"), "outreach:contact_communications", "outreach.view"),
    Panel("tasks", _("Tasks"), "tasks:contact_tasks", "tasks.view", "crm.tasks.queries.count_open"),
    Panel(
        "receipts", _("Receipts"), "receipts:contact_receipts", "receipts.view", "crm.receipts.queries.count_receipts"
    ),
    Panel("visits", _("Visits"), "contacts:contact_visits", "contacts.view", "crm.contacts.queries.count_visits"),
)

# Cards beside the overview of the donor page, loaded by themselves: ``url_name`` takes the contact's ``pk``.
CONTACT_CARDS: tuple[Panel, ...] = (
    Panel("engagement", _("Engagement"), "giving:contact_engagement", "gifts.view"),
    Panel("consents", _("Consents"), "contacts:contact_consents", "contacts.view"),
    Panel("family", _("Household and relations"), "contacts:contact_family", "contacts.view"),
)

# What other domains show on a gift's page, loaded by themselves: ``url_name`` takes the gift's ``pk``.
GIFT_PANELS: tuple[Panel, ...] = (
    Panel("thanks", _("Thank-you"), "giving:gift_thanks", "thanks.view"),
    Panel("receipt", _("Official receipt"), "receipts:gift_receipt", "receipts.view"),
    Panel("credits", _("Credits and matching"), "giving:gift_credits", "gifts.view"),
)

# “My day”, in reading order: each domain serves its own panel, loaded by itself; ``url_name`` takes nothing but the
# organization. ``code`` names the place in the page.
THIRD, HALF = "col-md-6 col-xl-4", "col-lg-6"
HOME_PANELS: tuple[Panel, ...] = (
    Panel("figures", _("The year in figures"), "insights:figures", "gifts.view", has_frame=False),
    Panel("attention", _("Needs your attention"), "insights:concerns", "dashboard.view", width=THIRD),
    Panel("thanks", _("Thank-yous to send"), "giving:home_thanks", "thanks.view", width=THIRD),
    Panel("since", _("Since your last visit"), "insights:since_last_visit", "dashboard.view", width=THIRD),
    Panel("kpis", _("KPIs"), "insights:home_kpis", "kpis.view", has_frame=False),
    Panel("at_risk", _("Donors at risk"), "giving:home_at_risk", "gifts.view", width=HALF),
    Panel("gifts", _("Recent gifts"), "giving:home_gifts", "gifts.view", width=HALF),
    Panel("year", _("Gifts added up"), "giving:home_year", "gifts.view", width="col-lg-8"),
    Panel("goals", _("Progress towards goals"), "giving:home_goals", "funds.view", width="col-lg-4"),
    Panel("top", _("Top donors this year"), "giving:home_top", "gifts.view", width=HALF),
    Panel("recent", _("Last visited"), "contacts:contact_recent", "contacts.view", width=HALF),
)


@dataclass(frozen=True)
class Card:
    """A way into a part of the settings."""

    label: object
    text: object
    icon: str
    url_name: str
    permission: str


SETTINGS_CARDS: tuple[tuple[object, tuple[Card, ...]], ...] = (
    (
        _("Your organization"),
        (
            Card(
                _("Organization"),
                _("Names, address, receipts, logo and signature, language, fiscal year."),
                "building-community",
                "accounts:organization_update",
                "settings.change",
            ),
            Card(
                _("Custom fields"),
                _("What you want to know about your contacts, beyond the usual."),
                "forms",
                "contacts:custom_field_list",
                "settings.view",
            ),
            Card(
                _("Online payments"),
                _("The account of your organization at Stripe, from which cards are charged."),
                "credit-card",
                "giving:gateway",
                "settings.change",
            ),
            Card(
                _("Funds"),
                _("What gifts are for, and their ledger accounts."),
                "building-bank",
                "giving:fund_list",
                "funds.view",
            ),
        ),
    ),
    (
        _("People"),
        (
            Card(
                _("Team"),
                _("Who gets in, with which role; invitations."),
                "users-group",
                "accounts:member_list",
                "settings.view",
            ),
            Card(
                _("Roles and permissions"),
                _("What each role may see and do."),
                "shield-check",
                "accounts:roles",
                "dashboard.view",
            ),
        ),
    ),
    (
        _("Follow-up"),
        (
            Card(
                _("Audit log"),
                _("Who changed what, field by field."),
                "history",
                "accounts:audit_list",
                "settings.view",
            ),
            Card(
                _("Who read what"),
                _("Which colleague opened whose record, day by day (Law 25)."),
                "eye-search",
                "contacts:record_view_list",
                "privacy.view",
            ),
            Card(
                _("Download everything"),
                _("Every table and every file of your organization, to keep or to take elsewhere."),
                "download",
                "accounts:takeout",
                "settings.change",
            ),
            Card(
                _("Work in progress"),
                _("Imports, exports and receipt runs: how far they are."),
                "activity",
                "core:operation_list",
                "operations.view",
            ),
            Card(
                _("Jobs"),
                _("What Merci does by itself, when it last did it and when it will again."),
                "clock",
                "core:job_list",
                "settings.view",
            ),
        ),
    ),
)
