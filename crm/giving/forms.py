"""Forms for gifts, funds and campaigns."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from crm.contacts import lookup
from crm.contacts.models import Contact
from crm.core.dates import today_in
from crm.core.money import ZERO
from crm.core.web.forms import AmountField, CrmForm, CrmModelForm
from crm.giving import queries, rules
from crm.giving.choices import GOING, GiftStatus
from crm.giving.models import Appeal, Campaign, Fund, Gift

USUAL = ("method", "currency", "type", "status")  # choices that begin with the usual answer


class GiftForm(CrmModelForm):
    """A gift as one types it. ``contact``: the donor is known already and not asked."""

    sections = (
        ("", ("contact", "amount", "received_on", "method", "fund", "campaign", "appeal")),
        (_("More about this gift"), ("currency", "type", "status", "is_anonymous", "note")),
    )
    contact = forms.ModelChoiceField(
        Contact.objects.all(),
        label=_("Donor"),
        widget=lookup.ContactWidget,
        error_messages={"required": _("Choose the donor."), "invalid_choice": _("Choose the donor in the list.")},
    )
    amount = AmountField(label=_("Amount"))
    confirmed = forms.BooleanField(required=False, label=_("Yes, this is another gift"))

    class Meta:
        model = Gift
        fields = (
            "contact",
            "amount",
            "received_on",
            "method",
            "fund",
            "campaign",
            "appeal",
            "currency",
            "type",
            "status",
            "is_anonymous",
            "note",
        )
        widgets = {"note": forms.Textarea(attrs={"rows": 2})}
        labels = {"is_anonymous": _("The donor wishes to remain anonymous")}

    def __init__(self, *args, contact: Contact | None = None, **kwargs) -> None:
        self.donor = contact
        super().__init__(*args, **kwargs)

    def prepare(self, membership) -> None:
        if self.donor:
            del self.fields["contact"]
        super().prepare(membership)
        self.today = today_in(membership.organization.timezone)
        self.fields["received_on"].widget.attrs |= {"max": self.today.isoformat(), "min": f"{rules.FIRST_YEAR}-01-01"}
        for name in USUAL:
            self.fields[name].required = False  # a list that always shows a choice asks for nothing
        self._offer_funds()
        self._offer_campaigns()
        self._offer_statuses()
        if "contact" in self.fields:
            self._prepare_donor()
        first = "amount" if self.donor or self.instance.pk else "contact"
        self.fields[first].widget.attrs["autofocus"] = True

    def _offer_funds(self) -> None:
        funds = self.fields["fund"].queryset
        kept = self.instance.fund_id
        self.fields["fund"].queryset = (funds.active() | funds.filter(pk=kept) if kept else funds.active()).order_by(
            "code"
        )

    def _offer_campaigns(self) -> None:
        """Those still under way, and the one the gift has; none at all where the organization runs none."""
        campaigns, appeals = self.fields["campaign"], self.fields["appeal"]
        going = Q(status__in=GOING) | Q(pk=self.instance.campaign_id)
        campaigns.queryset = campaigns.queryset.filter(going).order_by(Lower("name"))
        appeals.queryset = (
            appeals.queryset.filter(Q(campaign__status__in=GOING) | Q(pk=self.instance.appeal_id))
            .select_related("campaign")
            .order_by(Lower("campaign__name"), Lower("name"))
        )
        campaigns.empty_label = appeals.empty_label = pgettext("campaign", "None")
        if not campaigns.queryset.exists():
            del self.fields["campaign"], self.fields["appeal"]

    def clean_appeal(self) -> Appeal | None:
        """An appeal alone says its campaign; a campaign beside the appeal of another one is a slip."""
        appeal, campaign = self.cleaned_data["appeal"], self.cleaned_data.get("campaign")
        if appeal and campaign and appeal.campaign_id != campaign.pk:
            raise ValidationError(_("This appeal is of another campaign."))
        return appeal

    def _offer_statuses(self) -> None:
        """Refunding is an act of its own, with its reason; a mistaken refund is taken back here."""
        present = self.instance.status if self.instance.pk else None
        offered = [GiftStatus.COMPLETED, GiftStatus.PENDING]
        if self.instance.pk:
            offered.append(GiftStatus.FAILED)
        if present == GiftStatus.REFUNDED:
            offered.append(GiftStatus.REFUNDED)
        self.fields["status"].choices = [(status.value, status.label) for status in offered]

    def _prepare_donor(self) -> None:
        field = self.fields["contact"]
        known = field.queryset.filter(pk=self.instance.contact_id)
        field.queryset = field.queryset.active() | known if self.instance.pk else field.queryset.active()
        text = self.instance.contact.name if self.instance.pk else self.initial.get("contact_text", "")
        lookup.prepare(self, "contact", text=text)

    def clean_contact(self) -> Contact:
        return lookup.chosen(self, "contact", unclear=_("Choose the donor in the list."))

    def clean_amount(self):
        amount = self.cleaned_data["amount"]
        if problem := rules.amount_problem(amount):
            raise ValidationError(problem)
        return amount

    def clean_received_on(self) -> date:
        received_on = self.cleaned_data["received_on"]
        if problem := rules.date_problem(received_on, today=self.today):
            raise ValidationError(problem)
        return received_on

    def clean(self) -> dict:
        data = super().clean()
        for name in USUAL:
            if name not in self.errors:
                data[name] = data.get(name) or self.get_initial_for_field(self.fields[name], name)
        if "contact" in self.errors:
            self._search_donor()
        if not self.instance.pk and not self.errors and self.duplicates:
            self._ask_confirmation()
        return data

    def _search_donor(self) -> None:
        lookup.search_again(
            self,
            "contact",
            unclear=_("Choose the donor in the list."),
            nobody=_("Nobody matches this name. Check the spelling, or add the contact first."),
        )

    @cached_property
    def duplicates(self) -> list[Gift]:
        data = self.cleaned_data
        rows = queries.likely_duplicates(
            contact=self.donor or data["contact"],
            amount=data["amount"],
            currency=data["currency"],
            received_on=data["received_on"],
        )
        return list(rows.select_related("fund")[:3])

    def _ask_confirmation(self) -> None:
        self.sections = ((_("The same gift twice?"), ("confirmed",)), *self.sections)
        self.lay_out()
        if not self.cleaned_data.get("confirmed"):
            self.add_error(
                "confirmed",
                _(
                    "A gift of this amount on this date is already recorded for this donor. "
                    "Tick the box if this is another one."
                ),
            )

    @property
    def values(self) -> dict:
        """What the service receives."""
        values = {name: value for name, value in self.cleaned_data.items() if name != "confirmed"}
        return values | ({"contact": self.donor} if self.donor else {})

    def _post_clean(self) -> None:
        """The service checks the row with the same rules; writing on the instance here would hide what it was."""


class RefundForm(CrmForm):
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_(
            "For example: cheque without sufficient funds, given by mistake. It is kept in the donor’s timeline."
        ),
    )


class FundForm(CrmModelForm):
    sections = (
        ("", ("name_fr", "name_en", "code", "gl_code")),
        (_("How it is used"), ("is_restricted", "is_default")),
    )

    class Meta:
        model = Fund
        fields = ("name_fr", "name_en", "code", "gl_code", "is_restricted", "is_default")
        help_texts = {
            "name_fr": _("One language is enough; the other one is shown where it is filled in."),
            "code": _("A few letters or digits, used in lists, imports and exports."),
        }

    def _post_clean(self) -> None:
        """The service checks the row with the same rules."""


class CampaignForm(CrmModelForm):
    sections = (
        ("", ("name", "description", "status")),
        (_("Goal"), ("goal_amount", "goal_donors", "starts_on", "ends_on")),
        (_("What it takes"), ("cost", "solicited")),
    )

    class Meta:
        model = Campaign
        fields = (
            "name", "description", "status", "goal_amount", "goal_donors", "starts_on", "ends_on", "cost", "solicited",
        )  # fmt: skip
        field_classes = {"goal_amount": AmountField, "cost": AmountField}
        widgets = {"description": forms.Textarea(attrs={"rows": 3})}
        help_texts = {"status": _("Gifts can be recorded for a campaign until it is completed or cancelled.")}

    def prepare(self, membership) -> None:
        super().prepare(membership)
        self.fields["status"].required = False
        self.fields["name"].widget.attrs["autofocus"] = True

    def clean_status(self) -> str:
        return self.cleaned_data["status"] or self.instance.status

    def clean_cost(self):
        return self.cleaned_data["cost"] or ZERO

    def _post_clean(self) -> None:
        """The service checks the row with the same rules."""


class AppealForm(CrmModelForm):
    sections = (("", ("name", "channel", "sent_on")), (_("What it takes"), ("cost", "solicited")))

    class Meta:
        model = Appeal
        fields = ("name", "channel", "sent_on", "cost", "solicited")
        field_classes = {"cost": AmountField}

    def prepare(self, membership) -> None:
        super().prepare(membership)
        self.fields["name"].widget.attrs["autofocus"] = True

    def clean_cost(self):
        return self.cleaned_data["cost"] or ZERO

    def _post_clean(self) -> None:
        """The service checks the row with the same rules."""
