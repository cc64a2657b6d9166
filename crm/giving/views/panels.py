"""What giving shows on the donor's page."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.contacts.choices import TREND_TONES, Trend
from crm.contacts.models import Contact
from crm.core.dates import today_in
from crm.core.money import format_money
from crm.core.web.paging import paginate
from crm.core.web.views import PanelView
from crm.giving import engagement, queries, soft_credits
from crm.giving.models import Gift, Thanks
from crm.giving.tables import ContactGiftTable


class ContactSummaryView(PanelView):
    """Top of the donor page: what they gave, and the bars of the last ten years."""

    permission = "gifts.view"
    model = Contact
    fragment_name = "giving/_contact_summary.html"
    context_name = "contact"
    title = gettext_lazy("Giving summary")

    def get_queryset(self):
        return super().get_queryset().select_related("summary")

    def get_context(self, **context) -> dict:
        contact, organization = self.object, self.membership.organization
        today = today_in(organization.timezone)
        years = queries.giving_years(contact, currency=organization.currency, today=today)
        summary = getattr(contact, "summary", None)
        largest = summary.largest_amount if summary else None
        return super().get_context(
            summary=summary,
            years=years,
            bars=[(row.year, row.total) for row in years.years],
            chart_title=self.said(years, organization.currency),
            present=today.year,
            last_year=today.year - 1,
            year_total=years.total_of(today.year),
            last_year_total=years.total_of(today.year - 1),
            trend=queries.trend(years.total_of(today.year), years.last_year_so_far),
            largest_on=queries.largest_gift_date(contact, amount=largest, currency=organization.currency)
            if largest
            else None,
            may_give=self.membership.can("gifts.add", contact) and not contact.is_archived,
            to_thank=self.to_thank(contact),
            credited=soft_credits.credited(contact, currency=organization.currency),
            **context,
        )

    def to_thank(self, contact: Contact) -> int:
        """How many of their gifts wait for thanks."""
        return Thanks.objects.visible_to(self.membership).due().filter(gift__contact=contact).count()

    def said(self, years: queries.GivingYears, currency: str) -> str:
        """The result of the chart in one sentence."""
        if not years.years:
            return ""
        first, last = years.years[0], years.years[-1]
        if first is last:
            return _("Gifts of %(year)d: %(amount)s") % {
                "year": first.year,
                "amount": format_money(first.total, currency),
            }
        return _("Gifts per year, from %(first)s in %(first_year)d to %(last)s in %(last_year)d") % {
            "first": format_money(first.total, currency),
            "first_year": first.year,
            "last": format_money(last.total, currency),
            "last_year": last.year,
        }


class ContactGiftsView(PanelView):
    """The donor page's tab: every gift of this donor, page by page."""

    permission = "gifts.view"
    model = Contact
    fragment_name = "giving/_contact_gifts.html"
    context_name = "contact"
    title = gettext_lazy("Gifts")

    def get_context(self, **context) -> dict:
        gifts = Gift.objects.visible_to(self.membership).filter(contact=self.object).newest_first()
        table = ContactGiftTable(gifts, request=self.request)
        page = paginate(table.optimise(gifts), self.request.GET)
        return super().get_context(
            page=page,
            table=table,
            rows=table.rows_html(page.records),
            may_give=self.membership.can("gifts.add", self.object) and not self.object.is_archived,
            **context,
        )


class ContactEngagementView(PanelView):
    """The donor page's card: how close they are, point by point, at this moment."""

    permission = "gifts.view"
    model = Contact
    fragment_name = "giving/_contact_engagement.html"
    context_name = "contact"
    title = gettext_lazy("Engagement")

    def get_queryset(self):
        return super().get_queryset().select_related("summary")

    def get_context(self, **context) -> dict:
        contact, organization = self.object, self.membership.organization
        today, summary = today_in(organization.timezone), getattr(self.object, "summary", None)
        if summary is None or not summary.gift_count:
            return super().get_context(score=None, **context)
        facts = engagement.facts_of(organization, [contact.pk], today=today)[contact.pk]
        found = engagement.score(facts, today=today)
        return super().get_context(
            score=found, facts=facts, trend=Trend(found.trend), tone=TREND_TONES[found.trend],
            silent=(today - facts.last_on).days if facts.last_on else None, **context,
        )  # fmt: skip
