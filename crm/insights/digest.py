"""How things stand, in the daily digest: the KPIs put forward, and what cannot wait. The same numbers as on “My day”."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.core.money import format_number, format_rate
from crm.core.web.urls import org_url
from crm.insights import dashboard, kpis
from crm.insights.models import Kpi
from crm.notifications.digest import Line, Section

CARDS = 4  # two rows of two
ARROWS = {"up": "▲", "down": "▼", "neutral": ""}
ELSEWHERE = ("tasks", "late_thanks", "late_pledges")  # sections of their own tell these row by row


def collect_kpis(membership, since: datetime | None, until: datetime | None) -> Section | None:
    """The first KPIs that the organization puts forward, with their value, where they go, how much of the target."""
    rows = Kpi.objects.visible_to(membership).filter(is_featured=True).exclude(value=None)
    shown = list(rows.in_order()[:CARDS])
    if not shown:
        return None
    rising = sum(kpi.tone == "ok" for kpi in shown)
    said = ngettext("%(count)s KPI goes the right way.", "%(count)s KPIs go the right way.", rising)
    return Section(
        title=_("Where you stand"),
        total=said % {"count": format_number(rising)},
        count=len(shown),
        lines=[
            Line(
                text=kpi.title,
                amount=kpis.said(kpi, kpi.value),
                detail=_detail(kpi),
                tone=kpi.tone,
                url=kpi.get_absolute_url(),
            )
            for kpi in shown
        ],
        link_url=org_url(membership, "insights:kpi_list"),
        link_label=_("See all KPIs"),
        as_cards=True,
    )


def _detail(kpi: Kpi) -> str:
    """“▲ +9.4% · 83% of the target”."""
    parts = []
    if kpi.change is not None:
        parts.append(
            f"{ARROWS[kpi.trend]} {format_rate(kpi.change, signed=True)}".strip() if kpi.change else _("Stable")
        )
    if kpi.reached is not None:
        parts.append(_("%(part)s of the target") % {"part": format_rate(kpi.reached)})
    return " · ".join(parts)


def collect_attention(membership, since: datetime | None, until: datetime | None) -> Section | None:
    """What cannot wait and no other section tells."""
    found = [one for one in dashboard.concerns(membership) if one.code not in ELSEWHERE]
    if not found:
        return None
    count = len(found)
    said = ngettext("%(count)d thing cannot wait.", "%(count)d things cannot wait.", count)
    return Section(
        title=_("Needs your attention"),
        total=said % {"count": count},
        count=count,
        lines=[
            Line(
                text=one.said % {"count": format_number(one.count)},
                amount=one.detail,
                tone=one.tone.removeprefix("is-"),
                url=one.url,
            )
            for one in found
        ],
        link_url=org_url(membership, "accounts:home"),
        link_label=_("Open My day"),
    )
