"""A gift as one types it, and what can be done to it afterwards."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from crm.accounts.choices import ReceiptPreference
from crm.core.dates import format_date, today_in
from crm.core.money import ZERO, format_money
from crm.core.web.forms import AmountField, CrmForm, CrmModelForm
from crm.giving import queries, rules
from crm.giving.choices import HOW_OFTEN, OPEN_PLEDGES, GiftStatus, Method, Nature, Returned
from crm.giving.forms.parts import CampaignMixin, DonorMixin
from crm.giving.forms.splits import SEVERAL, FundField, SplitsField
from crm.giving.forms.tributes import TributeField, TributeMixin
from crm.giving.models import Fund, Gift, Pledge, Tribute

USUAL = ("nature", "method", "currency", "type", "status")  # choices that begin with the usual answer
SERVICES = "services"  # offered so that it can be refused with the reason (F-04)
# What steps aside until another answer makes it matter (aside.js).
WHEN = {
    "method": f"nature={Nature.CASH.value}",
    "cheque_number": f"method={Method.CHECK.value}",
    "exchange_rate": "currency!={own}",
    "property_description": f"nature={Nature.IN_KIND.value},{Nature.SECURITIES.value}",
    "appraiser_name": f"nature={Nature.IN_KIND.value}",
    "appraiser_address": f"nature={Nature.IN_KIND.value}",
    "advantage": "has_advantage=on",
    "advantage_description": "has_advantage=on",
    "advantage_is_cash": "has_advantage=on",
}


def said_pledge(pledge: Pledge) -> str:
    """“$40.00 every month, next due March 31, 2027”"""
    words = {"amount": format_money(pledge.amount, pledge.currency), "often": HOW_OFTEN[pledge.frequency]}
    if pledge.next_due_on is None:
        return _("%(amount)s %(often)s") % words
    return _("%(amount)s %(often)s, next due %(day)s") % {**words, "day": format_date(pledge.next_due_on)}


class GiftForm(DonorMixin, CampaignMixin, TributeMixin, CrmModelForm):
    """A gift as one types it."""

    sections = (
        (
            "",
            (
                "contact",
                "amount",
                "received_on",
                "method",
                "cheque_number",
                "fund",
                "splits",
                "pledge",
                "campaign",
                "appeal",
                "tribute",
            ),
        ),
        (_("What was given"), ("nature", "property_description", "appraiser_name", "appraiser_address")),
        (
            _("Received in return"),
            ("has_advantage", "advantage", "advantage_description", "advantage_is_cash"),
        ),
        (
            _("More about this gift"),
            (
                "currency",
                "exchange_rate",
                "type",
                "status",
                "receipt_preference",
                "receipted_by",
                "is_anonymous",
                "note",
            ),
        ),
    )
    amount = AmountField(label=_("Amount"))
    fund = FundField(
        Fund.objects.all(), label=_("Fund"), error_messages={"invalid_choice": _("Choose the fund in the list.")}
    )
    splits = SplitsField(Fund.objects.all(), label=_("Shared out between funds"))
    tribute = TributeField(Tribute.objects.all(), label=_("In memory or in honour of somebody"))
    has_advantage = forms.BooleanField(
        required=False, label=_("The donor received something in return (a meal, a ticket, a prize)")
    )
    unappraised = forms.BooleanField(required=False, label=_("Save without the opinion of an appraiser"))
    confirmed = forms.BooleanField(required=False, label=_("Yes, this is another gift"))
    replacing = forms.CharField(
        required=False, max_length=250, label=_("Why the receipt is replaced"),
        help_text=_("For example: wrong amount, wrong date. Only where you change what the receipt says."),
    )  # fmt: skip

    class Meta:
        model = Gift
        fields = (
            "contact", "amount", "received_on", "nature", "property_description", "method", "cheque_number", "fund",
            "pledge", "campaign", "appeal", "tribute", "advantage", "advantage_description", "advantage_is_cash",
            "appraiser_name", "appraiser_address", "currency", "exchange_rate", "type", "status",
            "receipt_preference", "receipted_by", "is_anonymous", "note",
        )  # fmt: skip
        field_classes = {"advantage": AmountField}
        widgets = {"note": forms.Textarea(attrs={"rows": 2})}
        labels = {
            "is_anonymous": _("The donor wishes to remain anonymous"),
            "nature": _("It is"),
            "advantage": _("Value of the advantage"),
            "advantage_is_cash": _("It was money, or as good as money (a gift card)"),
            "property_description": _("Description of what was given"),
        }
        help_texts = {
            "property_description": _(
                "As the receipt will say it: “Oil painting by Marc-Aurèle Fortin, 1938”. "
                "The amount above is its fair market value on the day of the gift."
            ),
            "appraiser_name": _("From $1,000, the agency recommends the opinion of an independent appraiser."),
        }

    def prepare(self, membership) -> None:
        self._offer_replacement(membership)
        super().prepare(membership)
        self.today = today_in(membership.organization.timezone)
        self.fields["received_on"].widget.attrs |= {"max": self.today.isoformat(), "min": f"{rules.FIRST_YEAR}-01-01"}
        for name in USUAL:
            self.fields[name].required = False  # a list that always shows a choice asks for nothing
        for name, condition in WHEN.items():
            self.fields[name].widget.attrs["data-when"] = condition.format(own=membership.organization.currency)
        self.fields["nature"].choices = [*Nature.choices, (SERVICES, _("Time or services"))]
        self.fields["receipt_preference"].choices = [("", _("As the donor prefers")), *ReceiptPreference.choices]
        self.initial["has_advantage"] = bool(self.instance.advantage)
        self.initial["advantage"] = self.initial.get("advantage") or None
        self._offer_funds()
        self.offer_campaigns()
        self.offer_tributes()
        self._offer_statuses()
        self._offer_pledges()

    def _offer_replacement(self, membership) -> None:
        """Where a valid receipt names the gift, to who may issue another in its place."""
        self.receipt = queries.live_receipt_number(self.instance) if self.instance.pk else ""
        may_replace = all(membership.can(f"receipts.{act}", self.instance) for act in ("issue", "void"))
        if not self.receipt or not may_replace:
            del self.fields["replacing"]
            return
        self.sections = (
            *self.sections,
            (_("Official receipt No. %(number)s") % {"number": self.receipt}, ("replacing",)),
        )

    def _offer_funds(self) -> None:
        """Those in use, and those the gift has; the way to name several, where there are several."""
        one, several = self.fields["fund"], self.fields["splits"]
        parts = self.instance.parts if self.instance.pk else []
        kept = [fund.pk for fund, _amount in parts]
        funds = one.queryset
        one.queryset = several.queryset = (funds.filter(Q(is_active=True) | Q(pk__in=kept))).order_by("code")
        if len(parts) > 1:
            self.initial |= {"fund": SEVERAL, "splits": [(fund.pk, amount) for fund, amount in parts]}
        several.widget.funds, several.widget.amount = several.queryset, "id_amount"

    def _offer_pledges(self) -> None:
        """The donor's own, where the donor is known and has promised something."""
        donor = self.donor or (self.instance.contact if self.instance.pk else None)
        field = self.fields["pledge"]
        field.queryset = field.queryset.filter(contact=donor).filter(
            Q(status__in=OPEN_PLEDGES) | Q(pk=self.instance.pledge_id)
        )
        field.label_from_instance = said_pledge
        field.empty_label = pgettext("pledge", "None")
        if donor is None or not field.queryset.exists():
            del self.fields["pledge"]

    def _offer_statuses(self) -> None:
        """Refunding is an act of its own, with its reason; a mistaken refund is taken back here."""
        present = self.instance.status if self.instance.pk else None
        offered = [GiftStatus.COMPLETED, GiftStatus.PENDING]
        if self.instance.pk:
            offered.append(GiftStatus.FAILED)
        if present == GiftStatus.REFUNDED:
            offered.append(GiftStatus.REFUNDED)
        self.fields["status"].choices = [(status.value, status.label) for status in offered]

    def clean_nature(self) -> str:
        if self.cleaned_data["nature"] == SERVICES:
            raise ValidationError(
                _(
                    "Time and services are not a gift in law: nothing was given that could be receipted. If the person was "
                    "paid and gives the money back, record that money."
                ),
                code="services",
            )
        return self.cleaned_data["nature"]

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
        data["advantage"] = data.get("advantage") or ZERO
        if not {"fund", "splits", "amount"} & self.errors.keys():
            self._clean_splits(data)
        self._clean_property(data)
        if data.get("currency") == self.membership.organization.currency:
            data["exchange_rate"] = None
        if not self.instance.pk and not self.errors and self.duplicates:
            self._ask_confirmation()
        return data

    def _clean_splits(self, data: dict) -> None:
        """One fund, or lines; both is a slip, and lines that are not the amount are said in figures."""
        if data["fund"] is not None:
            if data["splits"]:
                self.add_error(
                    "fund", _("You named one fund and shared the gift out: choose “Several funds…” or empty the lines.")
                )
            return
        if problem := rules.split_problem(list(data["splits"].values()), amount=data["amount"]):
            self.add_error("splits", problem)

    def _clean_property(self, data: dict) -> None:
        if data.get("nature") == Nature.CASH or "nature" in self.errors:
            for name in ("property_description", "appraiser_name", "appraiser_address"):
                data[name] = ""
            return
        data["method"], data["cheque_number"] = Method.OTHER, ""
        asked = data.get("nature") == Nature.IN_KIND and (data.get("amount") or ZERO) >= rules.APPRAISED_FROM
        if not asked or data.get("appraiser_name"):
            return
        self.sections = tuple(
            (title, (*names, "unappraised") if "appraiser_name" in names else names) for title, names in self.sections
        )
        self.lay_out()
        if not data.get("unappraised"):
            self.add_error(
                "appraiser_name",
                _("Name the appraiser, or tick the box below: at this value the agency may ask how it was arrived at."),
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
        asides = {"confirmed", "unappraised", "has_advantage"}
        values = {name: value for name, value in self.cleaned_data.items() if name not in asides}
        return values | ({"contact": self.donor} if self.donor else {})

    def _post_clean(self) -> None:
        """The service checks the row with the same rules; writing on the instance here would hide what it was."""


class ReturnForm(CrmForm):
    """The payment did not go through after all: the bank says why."""

    why = forms.ChoiceField(label=_("What the bank says"), choices=Returned.choices)
    reason = forms.CharField(label=_("Note"), required=False, max_length=300)


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
