"""Pre-authorised debits: an account, a file for the bank, the results that come back (F-10, F-11)."""

from datetime import date, timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from crm.core.dates import today_in
from crm.core.web.forms import CrmForm
from crm.giving import debits
from crm.giving.models import DebitFile

AHEAD = timedelta(days=3)  # banks want a debit two working days before it is due


class DebitMethodForm(CrmForm):
    """An account that the bank's own service of pre-authorised debits keeps under a number of the donor."""

    brand = forms.CharField(label=_("Bank"), max_length=40, help_text=_("For example: Desjardins, RBC."))
    last_four = forms.CharField(
        label=_("Last digits of the account"),
        min_length=4,
        max_length=4,
        validators=[RegexValidator(r"^[0-9]{4}$", _("Four digits, no more: the whole number is never kept."))],
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    token = forms.CharField(
        label=_("Number of the donor at your debit service"),
        max_length=40,
        help_text=_(
            "Under which the bank, or the company that debits for you, keeps the account. Not the account itself."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    mandate_on = forms.DateField(
        label=_("Agreement signed on"),
        help_text=_("No account is debited without the agreement of its holder (Payments Canada, Rule H1)."),
    )

    def prepare(self, membership) -> None:
        super().prepare(membership)
        self.today = today_in(membership.organization.timezone)
        self.fields["brand"].widget.attrs |= {"autofocus": True, "autocomplete": "off"}
        self.fields["mandate_on"].widget.attrs["max"] = self.today.isoformat()

    def clean_mandate_on(self) -> date:
        day = self.cleaned_data["mandate_on"]
        if day > self.today:
            raise ValidationError(_("The date is in the future."))
        if day.year < 1990:
            raise ValidationError(_("Check the year of the date."))
        return day

    def clean(self) -> dict:
        return super().clean() | {"kind": "bank"}


class DebitFileForm(CrmForm):
    until = forms.DateField(
        label=_("Payments due until"),
        help_text=_("Those due before, and not collected yet, are in the file too."),
    )

    def prepare(self, membership) -> None:
        super().prepare(membership)
        self.today = today_in(membership.organization.timezone)
        self.initial.setdefault("until", self.today + AHEAD)
        self.fields["until"].widget.attrs["autofocus"] = True

    def clean_until(self) -> date:
        until = self.cleaned_data["until"]
        if not self.today - timedelta(days=366) <= until <= self.today + timedelta(days=31):
            raise ValidationError(_("Choose a date within a month from today."))
        return until


class ResultsForm(CrmForm):
    """The bank's answers: a file that names all debits, or those refused only."""

    results = forms.FileField(
        label=_("File of results"),
        required=False,
        help_text=_(
            "CSV. Its first line names the columns: key, result (paid, refused or a return code such as 901), reason."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv,text/plain"}),
    )
    others_paid = forms.BooleanField(
        label=_("The debits that the file does not name were paid"),
        required=False,
        help_text=_("Most banks name only those they refused. Without a file, all were paid."),
    )
    answered_on = forms.DateField(label=_("Paid on"), help_text=_("The date of the gifts."))

    def __init__(self, *args, file: DebitFile, **kwargs) -> None:
        self.file = file
        super().__init__(*args, **kwargs)

    def prepare(self, membership) -> None:
        super().prepare(membership)
        today = today_in(membership.organization.timezone)
        self.initial.setdefault("answered_on", min(self.file.until, today))
        self.fields["answered_on"].widget.attrs["max"] = today.isoformat()

    def clean_results(self) -> list[debits.Result]:
        upload = self.cleaned_data["results"]
        if not upload:
            return []
        if upload.size > debits.LARGEST:
            raise ValidationError(_("This file is too large to be the results of a debit file."))
        try:
            return debits.read_results(upload.read(), file=self.file)
        except debits.Unreadable as error:
            raise ValidationError(error.message) from error

    def clean(self) -> dict:
        data = super().clean()
        if not self.errors and not data["results"] and not data["others_paid"]:
            self.add_error("results", _("Choose the file, or tick that all were paid."))
        return data
