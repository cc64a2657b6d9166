"""Who is credited beside the donor, and what companies add (F-12)."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from crm.contacts import lookup
from crm.contacts.lookup import UNCLEAR, ContactMixin
from crm.contacts.models import Contact
from crm.core.dates import format_date, today_in
from crm.core.money import ZERO, format_money
from crm.core.web.forms import AmountField, CrmForm, CrmModelForm
from crm.giving import rules, soft_credits
from crm.giving.choices import CreditRole
from crm.giving.models import Gift, MatchingClaim, MatchingProgram


class CreditForm(ContactMixin, CrmForm):
    contact = forms.ModelChoiceField(
        Contact.objects.all(),
        label=_("Who is credited"),
        widget=lookup.ContactWidget,
        error_messages={"required": UNCLEAR, "invalid_choice": UNCLEAR},
    )
    role = forms.ChoiceField(label=_("Why"), choices=CreditRole.choices)
    amount = AmountField(label=_("Amount"), help_text=_("The whole gift, unless this person has a part in it only."))

    def prepare(self, membership) -> None:
        super().prepare(membership)
        field = self.fields["contact"]
        field.queryset = field.queryset.active()
        field.widget.attrs["autofocus"] = True
        self.prepare_contact()


class ProgramForm(ContactMixin, CrmModelForm):
    contact_field = "company"
    sections = (
        ("", ("company", "percent", "note", "is_active")),
        (_("Limits"), ("minimum", "maximum", "yearly_maximum", "days")),
    )
    company = forms.ModelChoiceField(
        Contact.objects.all(),
        label=_("Company"),
        widget=lookup.ContactWidget,
        help_text=_("Then say on the page of each person, under Relations, that they work for it."),
        error_messages={"required": UNCLEAR, "invalid_choice": UNCLEAR},
    )

    class Meta:
        model = MatchingProgram
        fields = ("company", "percent", "minimum", "maximum", "yearly_maximum", "days", "note", "is_active")
        field_classes = {"minimum": AmountField, "maximum": AmountField, "yearly_maximum": AmountField}
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}

    def prepare(self, membership) -> None:
        super().prepare(membership)
        field = self.fields["company"]
        field.queryset = field.queryset.filter(kind="organization")
        self.fields["percent" if self.instance.pk else "company"].widget.attrs["autofocus"] = True
        self.initial["minimum"] = self.initial.get("minimum") or None
        self.prepare_contact()

    def clean_minimum(self):
        return self.cleaned_data["minimum"] or ZERO

    def _post_clean(self) -> None:
        """The service checks the row with the same rules."""


class ClaimForm(CrmForm):
    """Which company may match the gift: those the donor works for first."""

    program = forms.ModelChoiceField(MatchingProgram.objects.all(), label=_("Company"), empty_label=None)

    def __init__(self, *args, gift: Gift, **kwargs) -> None:
        self.gift = gift
        super().__init__(*args, **kwargs)

    def prepare(self, membership) -> None:
        super().prepare(membership)
        field = self.fields["program"]
        field.queryset = field.queryset.active().exclude(claims__gift=self.gift).select_related("company")
        field.queryset = field.queryset.exclude(company=self.gift.contact_id).order_by("company__sort_name")
        field.label_from_instance = lambda program: program.company.name


class SubmitForm(CrmForm):
    submitted_on = forms.DateField(label=_("Asked on"))

    def prepare(self, membership) -> None:
        super().prepare(membership)
        today: date = today_in(membership.organization.timezone)
        self.initial.setdefault("submitted_on", today)
        self.fields["submitted_on"].widget.attrs |= {"max": today.isoformat()}

    def clean_submitted_on(self) -> date:
        day = self.cleaned_data["submitted_on"]
        if day.year < rules.FIRST_YEAR:
            raise ValidationError(_("Check the year of the date."))
        return day


class ReceiveForm(CrmForm):
    paid_by = forms.ModelChoiceField(
        Gift.objects.all(), label=_("Gift of the company"), empty_label=None,
        error_messages={"required": _("Choose a gift received from this company.")},
    )  # fmt: skip
    amount = AmountField(label=_("Of it, for this gift"))

    def __init__(self, *args, claim: MatchingClaim, **kwargs) -> None:
        self.claim = claim
        super().__init__(*args, **kwargs)

    def prepare(self, membership) -> None:
        super().prepare(membership)
        field = self.fields["paid_by"]
        field.queryset = soft_credits.payable(self.claim)
        field.label_from_instance = lambda gift: (
            _("%(amount)s, received on %(date)s")
            % {
                "amount": format_money(gift.amount, gift.currency),
                "date": format_date(gift.received_on),
            }
        )
        self.initial.setdefault("amount", self.claim.amount)
