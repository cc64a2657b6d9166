"""What giving shows on “My day”, each panel by itself: thank-yous, at risk, recent gifts, the year, goals (O-01)."""

from datetime import timedelta

from babel.dates import format_skeleton
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.contacts.models import Contact
from crm.core.dates import fiscal_label, fiscal_period, fiscal_year, today_in
from crm.core.money import format_money, locale_of
from crm.core.web.views import HomePanelView
from crm.giving import campaigns, months, queries, rhythm, thanks
from crm.giving.choices import CampaignStatus
from crm.giving.models import Campaign, Gift, Thanks

SHOWN = 5  # rows of a panel; its link leads to the rest


class HomePanel(HomePanelView):
    abstract = True

    @property
    def today(self):
        return today_in(self.membership.organization.timezone)


class HomeThanksView(HomePanel):
    """Who has waited longest for thanks."""

    permission = "thanks.view"
    model = Thanks
    title = gettext_lazy("Thank-yous to send")
    fragment_name = "giving/_home_thanks.html"

    def get_context(self, **context) -> dict:
        rows, now = self.get_queryset().due(), timezone.now()
        first = rows.select_related("gift__contact", "gift__fund", "organization").annotate(is_first=thanks.is_first())
        shown = list(first.order_by("created_at", "pk")[:SHOWN])
        for row in shown:
            row.hours = (now - row.created_at) // timedelta(hours=1)
            row.days = row.hours // 24
            row.tone = "is-bad" if now - row.created_at > thanks.TARGET else "is-warn" if row.hours >= 24 else ""
        return super().get_context(rows=shown, count=rows.count(), **context)


class HomeAtRiskView(HomePanel):
    """The donors who have given most among those silent for longer than usual."""

    permission = "gifts.view"
    model = Contact
    title = gettext_lazy("Donors at risk")
    fragment_name = "giving/_home_at_risk.html"

    def get_context(self, **context) -> dict:
        organization = self.membership.organization
        rows = self.get_queryset().active().filter(rhythm.at_risk(organization, today=self.today))
        shown = list(rows.select_related("summary").order_by("-summary__total", "pk")[:SHOWN])
        for contact in shown:
            days = (self.today - contact.summary.last_on).days
            contact.silent_days, contact.silent_months = days, days // 30
        return super().get_context(contacts=shown, count=rows.count(), days=organization.at_risk_after, **context)


class HomeTopView(HomePanel):
    """Who gave most since the calendar year began."""

    permission = "gifts.view"
    model = Contact
    title = gettext_lazy("Top donors this year")
    fragment_name = "giving/_home_top.html"

    def get_context(self, **context) -> dict:
        rows = self.get_queryset().active().filter(summary__year=self.today.year, summary__year_total__gt=0)
        shown = rows.select_related("summary").order_by("-summary__year_total", "pk")[:SHOWN]
        return super().get_context(contacts=list(shown), year=self.today.year, **context)


class HomeGiftsView(HomePanel):
    """The gifts recorded last."""

    permission = "gifts.view"
    model = Gift
    title = gettext_lazy("Recent gifts")
    fragment_name = "giving/_home_gifts.html"

    def get_context(self, **context) -> dict:
        rows = self.get_queryset().select_related("contact", "fund", "organization")
        return super().get_context(gifts=list(rows.order_by("-created_at", "-pk")[:SHOWN]), **context)


class HomeYearView(HomePanel):
    """What came in since the fiscal year began, added up month after month, beside the year before."""

    permission = "gifts.view"
    model = Gift
    title = gettext_lazy("Gifts added up")
    fragment_name = "giving/_home_year.html"

    def get_context(self, **context) -> dict:
        organization, today = self.membership.organization, self.today
        number = fiscal_year(today, organization.fiscal_year_start)
        first, _last = fiscal_period(number, organization.fiscal_year_start)
        year = months.sums_of(self.get_queryset(), first=first, currency=organization.currency, today=today)
        rows, now, before = [], 0, 0
        for began, amount, earlier in year.months:
            now, before = now + amount, before + earlier
            name = format_skeleton("MMM", began, locale=locale_of())
            rows.append((name, now if began <= today else None, before))
        said = {
            "now": format_money(year.amount, organization.currency),
            "before": format_money(year.so_far_before, organization.currency),
        }
        return super().get_context(
            rows=rows,
            names=[fiscal_label(one, organization.fiscal_year_start) for one in (number, number - 1)],
            chart_title=_("%(now)s since the year began, %(before)s on the same day a year before") % said,
            trend=queries.trend(year.amount, year.so_far_before),
            year=year,
            today=today,
            **context,
        )


class HomeGoalsView(HomePanel):
    """How far the campaigns under way are from their goals, the one that ends first on top."""

    permission = "funds.view"
    model = Campaign
    title = gettext_lazy("Progress towards goals")
    fragment_name = "giving/_home_goals.html"

    def get_context(self, **context) -> dict:
        rows = self.get_queryset().filter(status=CampaignStatus.ACTIVE, goal_amount__gt=0)
        shown = campaigns.with_figures(rows, currency=self.membership.organization.currency)
        shown = list(shown.order_by("ends_on", "pk")[:SHOWN])
        for campaign in shown:
            campaign.figures = campaigns.figures_of(campaign)
            campaign.percent = int(campaign.figures.progress * 100)
            campaign.days_left = (campaign.ends_on - self.today).days if campaign.ends_on else None
        return super().get_context(campaigns=shown, count=rows.count(), **context)
