"""A batch, and its lines as a browser sends them."""

import re
from contextlib import suppress
from datetime import date
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from crm.contacts.models import Contact
from crm.contacts.queries import find_contacts
from crm.core.dates import today_in
from crm.core.money import format_plain, to_cents
from crm.core.text import clean, fold
from crm.core.web.forms import AmountField, CrmForm, CrmModelForm, DateInput, parse_amount
from crm.giving import rules
from crm.giving.choices import Method
from crm.giving.forms.parts import CampaignMixin
from crm.giving.models import BatchRow, Fund, GiftBatch

DAY = re.compile(r"[0-9]{1,2}")
MONTH_AND_DAY = re.compile(r"([0-9]{1,2})[-/ ]([0-9]{1,2})")


class BatchForm(CampaignMixin, CrmModelForm):
    """What the pile should hold, and what its lines begin with."""

    sections = (
        (_("What the slip says"), ("title", "expected_count", "expected_total")),
        (_("Each line begins with"), ("received_on", "method", "fund", "campaign", "appeal")),
    )

    class Meta:
        model = GiftBatch
        fields = (
            "title", "expected_count", "expected_total", "received_on", "method", "fund", "campaign", "appeal",
        )  # fmt: skip
        field_classes = {"expected_total": AmountField}
        labels = {"title": _("Name"), "fund": _("Fund")}
        help_texts = {
            "title": _("To find it again: “Mail of November 23”."),
            "expected_count": _("Counted before typing. Left empty, nothing is compared."),
            "expected_total": _("Added up before typing, on the calculator or the bank slip."),
            "received_on": _("For a cheque by mail: the date of the postmark."),
        }

    def prepare(self, membership) -> None:
        super().prepare(membership)
        today = today_in(membership.organization.timezone)
        self.fields["received_on"].widget.attrs |= {"max": today.isoformat(), "min": f"{rules.FIRST_YEAR}-01-01"}
        self.fields["title"].widget.attrs["autofocus"] = True
        self.fields["expected_count"].widget.attrs |= {"min": 1, "inputmode": "numeric"}
        self.fields["method"].required = False
        funds = self.fields["fund"]
        kept = funds.queryset.filter(pk=self.instance.fund_id)
        funds.queryset, funds.empty_label = (funds.queryset.active() | kept).order_by("code"), pgettext("fund", "None")
        self.offer_campaigns()

    def clean_method(self) -> str:
        return self.cleaned_data["method"] or self.instance.method

    def clean_expected_count(self) -> int | None:
        return self.cleaned_data["expected_count"] or None

    def clean_expected_total(self) -> Decimal | None:
        total = self.cleaned_data["expected_total"]
        if total is not None and (problem := rules.amount_problem(total)):
            raise ValidationError(problem)
        return total

    def _post_clean(self) -> None:
        """The service checks the row with the same rules."""


def read_day(text: str, *, today: date) -> date | None:
    """The date written in ``text``: whole (2026-11-23), month and day (11-23), or day alone, of the latest such day."""
    with suppress(ValueError):
        return date.fromisoformat(text.replace("/", "-"))
    if parts := MONTH_AND_DAY.fullmatch(text):
        return _latest(today, [(int(parts[1]), year) for year in range(today.year, today.year - 5, -1)], int(parts[2]))
    if DAY.fullmatch(text):
        months = [(today.month - back - 1) % 12 + 1 for back in range(3)]
        years = [today.year - (back >= today.month) for back in range(3)]
        return _latest(today, list(zip(months, years, strict=True)), int(text))
    return None


def _latest(today: date, months: list[tuple[int, int]], day: int) -> date | None:
    for month, year in months:
        with suppress(ValueError):
            if (found := date(year, month, day)) <= today:
                return found
    return None


class RowForm(CrmForm):
    """A line as it is now, half typed or whole. It is never refused for what it says: what cannot be read is kept."""

    key = forms.UUIDField()
    version = forms.IntegerField(min_value=0)
    saving = forms.CharField(max_length=40)
    position = forms.IntegerField(min_value=0, max_value=100_000)
    contact = forms.IntegerField(required=False)
    contact_text = forms.CharField(required=False, max_length=200)
    received_on = forms.CharField(required=False, max_length=40)
    amount = forms.CharField(required=False, max_length=40)
    method = forms.ChoiceField(required=False, choices=Method.choices)
    cheque_number = forms.CharField(required=False, max_length=30)
    fund = forms.ModelChoiceField(Fund.objects.all(), required=False)

    def __init__(self, *args, batch: GiftBatch, **kwargs) -> None:
        self.batch = batch
        super().__init__(*args, **kwargs)

    def clean(self) -> dict:
        data = super().clean()
        if self.errors:
            return data
        typed: dict[str, str] = {}
        today = today_in(self.batch.organization.timezone)
        data["contact"] = self._donor(data["contact"], data["contact_text"], typed)
        data["received_on"] = self._read("received_on", lambda text: read_day(text, today=today), typed)
        data["amount"] = self._read("amount", self._amount, typed)
        data["as_typed"] = typed
        return data

    def _donor(self, number: int | None, text: str, typed: dict) -> Contact | None:
        """The one chosen, unless the name was changed by hand; else the only one that the name can mean."""
        if number:
            chosen = Contact.objects.visible_to(self.membership).filter(pk=number).first()
            if chosen and fold(text) == fold(chosen.name):
                return chosen
        if not text:
            return None
        found = find_contacts(self.membership, text, limit=2) if len(fold(text)) > 2 else []
        if len(found) == 1:
            return found[0]
        typed["contact"] = text
        return None

    def _read(self, name: str, read, typed: dict):
        text = self.cleaned_data[name]
        value = read(text) if text else None
        if text and value is None:
            typed[name] = text
        return value

    @staticmethod
    def _amount(text: str) -> Decimal | None:
        amount = parse_amount(text)
        return None if rules.amount_problem(amount) else to_cents(amount)

    @property
    def values(self) -> dict:
        """What the service receives."""
        return {name: value for name, value in self.cleaned_data.items() if name != "contact_text"}


def shown(row: BatchRow) -> dict[str, str]:
    """The text of each cell: what could be read the way people write it, the rest as it was typed."""
    said = {
        "contact": row.contact.name if row.contact_id else "",
        "received_on": row.received_on.isoformat() if row.received_on else "",
        "amount": format_plain(row.amount) if row.amount is not None else "",
        "method": row.method,
        "cheque_number": row.cheque_number,
        "fund": str(row.fund_id or ""),
    }
    return said | {cell: clean(text) for cell, text in row.as_typed.items() if cell in said}


class PostForm(CrmForm):
    confirmed = forms.BooleanField(required=False, label=_("Yes, these are other gifts"))


class BatchReopenForm(CrmForm):
    reason = forms.CharField(label=_("Reason"), max_length=300)


class DepositForm(CrmForm):
    deposited_on = forms.DateField(label=_("Day of the deposit"), widget=DateInput)
