"""Screens of campaigns and their appeals: how much, from how many, at what cost."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.core.dates import today_in
from crm.core.money import format_money
from crm.core.web.actions import Link
from crm.core.web.views import (
    ActionView,
    CreateView,
    DeleteView,
    DetailView,
    ListView,
    PageMixin,
    ScopedView,
    UpdateView,
)
from crm.giving import campaigns, services
from crm.giving.choices import CampaignStatus
from crm.giving.filters import CampaignFilter
from crm.giving.forms import AppealForm, CampaignForm
from crm.giving.models import Appeal, Campaign
from crm.giving.tables import CampaignTable

MOST_COMPARED = 4


class CampaignListView(ListView):
    permission = "funds.view"
    model = Campaign
    table_class = CampaignTable
    filterset_class = CampaignFilter
    actions = (
        Link(gettext_lazy("Compare"), "giving:campaign_compare", "arrows-left-right", "funds.view"),
        Link(gettext_lazy("New campaign"), "giving:campaign_create", "plus", "funds.add", primary=True),
    )
    title = gettext_lazy("Campaigns")
    empty_icon = "target-arrow"
    empty_title = gettext_lazy("No campaigns yet")
    empty_text = gettext_lazy("A campaign gathers the gifts of one effort, with its goal and what it cost.")

    def get_queryset(self):
        rows = campaigns.with_figures(super().get_queryset(), currency=self.membership.organization.currency)
        return rows.order_by("-starts_on", "-pk")


class CampaignDetailView(DetailView):
    permission = "funds.view"
    model = Campaign
    template_name = "giving/campaign_detail.html"
    context_name = "campaign"

    def get_queryset(self):
        return campaigns.with_figures(super().get_queryset(), currency=self.membership.organization.currency)

    def get_context(self, **context) -> dict:
        campaign, organization = self.object, self.membership.organization
        rows = campaigns.with_figures(campaign.appeals.all(), currency=organization.currency)
        pace = campaigns.pace(campaign, currency=organization.currency)
        figures = campaigns.figures_of(campaign)
        today = today_in(organization.timezone)
        ends = campaign.ends_on
        return super().get_context(
            figures=figures,
            percent=campaigns.whole_percent(figures.progress),
            percent_of_donors=campaigns.whole_percent(figures.donors_progress),
            appeals=[(appeal, campaigns.figures_of(appeal)) for appeal in rows.order_by("sent_on", "pk")],
            pace=pace,
            chart_title=self.said(figures),
            days_left=(ends - today).days if ends and ends >= today and campaign.is_open else None,
            sees_all_gifts=self.membership.scope("gifts.view") == "all",
            may_change=self.membership.can("funds.change", campaign),
            may_delete=self.membership.can("funds.delete", campaign) and not figures.gifts,
            may_give=self.membership.can("gifts.add") and campaign.is_open,
            **context,
        )

    def said(self, figures: campaigns.Figures) -> str:
        currency = self.membership.organization.currency
        return _("Raised over time: %(amount)s in all") % {"amount": format_money(figures.raised, currency)}


class CampaignCreateView(CreateView):
    permission = "funds.add"
    model = Campaign
    form_class = CampaignForm
    service = staticmethod(services.save_campaign)
    title = gettext_lazy("New campaign")
    submit_label = gettext_lazy("Save the campaign")
    success_message = gettext_lazy("The campaign is saved.")

    def get_cancel_url(self) -> str:
        return self.url("giving:campaign_list")


class CampaignUpdateView(UpdateView):
    permission = "funds.change"
    model = Campaign
    form_class = CampaignForm
    service = staticmethod(services.save_campaign)
    title = gettext_lazy("Edit the campaign")
    submit_label = gettext_lazy("Save the campaign")
    success_message = gettext_lazy("The campaign is saved.")


class CampaignCompleteView(ActionView):
    permission = "funds.change"
    model = Campaign
    title = gettext_lazy("Complete this campaign?")
    submit_label = gettext_lazy("Complete the campaign")
    success_message = gettext_lazy("The campaign is completed.")

    def act(self, obj: Campaign) -> Campaign:
        return services.set_campaign_status(obj, status=CampaignStatus.COMPLETED, by=self.membership)

    def get_question(self, obj: Campaign) -> str:
        return _(
            "“%(campaign)s” is no longer offered for new gifts. What it raised stays as it is, and it can be opened "
            "again by editing it."
        ) % {"campaign": obj.name}


class CampaignDeleteView(DeleteView):
    permission = "funds.delete"
    model = Campaign
    service = staticmethod(services.delete_campaign)
    title = gettext_lazy("Delete this campaign?")
    submit_label = gettext_lazy("Delete the campaign")
    success_message = gettext_lazy("The campaign is deleted.")
    list_url_name = "giving:campaign_list"

    def get_question(self, obj: Campaign) -> str:
        return _(
            "“%(campaign)s” and its appeals disappear for good. This is possible only while no gift answers it."
        ) % {"campaign": obj.name}


class CampaignCompareView(PageMixin, ScopedView):
    """Up to four campaigns side by side: chosen in the page, kept in its address."""

    permission = "funds.view"
    model = Campaign
    template_name = "giving/campaign_compare.html"

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        return self.render()

    def get_context(self, **context) -> dict:
        rows = list(self.get_queryset().order_by("-starts_on", "-pk")[:100])
        numbers = self.request.GET.getlist("campaign")
        asked = [one for number in dict.fromkeys(numbers) for one in rows if str(one.pk) == number]
        compared = campaigns.with_figures(self.get_queryset(), currency=self.membership.organization.currency).in_bulk(
            [one.pk for one in asked[:MOST_COMPARED]]
        )
        chosen = [compared[one.pk] for one in asked[:MOST_COMPARED]]
        return super().get_context(
            title=_("Compare campaigns"),
            campaigns=rows,
            chosen=[(one, campaigns.figures_of(one)) for one in chosen],
            places=[chosen[place].pk if place < len(chosen) else None for place in range(MOST_COMPARED)],
            **context,
        )


class AppealCreateView(CreateView):
    permission = "funds.add"
    model = Appeal
    pk_model = Campaign  # what the number in the address names
    form_class = AppealForm
    title = gettext_lazy("New appeal")
    submit_label = gettext_lazy("Save the appeal")
    success_message = gettext_lazy("The appeal is saved.")

    def load(self) -> None:
        self.campaign = get_object_or_404(Campaign.objects.visible_to(self.membership), pk=self.kwargs["pk"])

    def act(self, form: AppealForm) -> Appeal:
        return services.save_appeal(campaign=self.campaign, **form.cleaned_data, by=self.membership)

    def get_cancel_url(self) -> str:
        return self.campaign.get_absolute_url()


class AppealUpdateView(UpdateView):
    permission = "funds.change"
    model = Appeal
    form_class = AppealForm
    service = staticmethod(services.save_appeal)
    title = gettext_lazy("Edit the appeal")
    submit_label = gettext_lazy("Save the appeal")
    success_message = gettext_lazy("The appeal is saved.")


class AppealDeleteView(DeleteView):
    permission = "funds.delete"
    model = Appeal
    service = staticmethod(services.delete_appeal)
    title = gettext_lazy("Delete this appeal?")
    submit_label = gettext_lazy("Delete the appeal")
    success_message = gettext_lazy("The appeal is deleted.")

    def get_question(self, obj: Appeal) -> str:
        return _("“%(appeal)s” disappears for good. This is possible only while no gift answers it.") % {
            "appeal": obj.name
        }

    def get_success_url(self, obj: Appeal, result) -> str:
        return obj.get_absolute_url()
