"""Writing to one contact, and writing down what was said."""

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.core import texting
from crm.core.dates import today_in
from crm.core.web.forms import CrmForm, CrmModelForm, DateInput
from crm.outreach.choices import Direction, Way
from crm.outreach.models import Communication


class ExchangeForm(CrmModelForm):
    """A call, a meeting, a letter: which way, when, what was said."""

    class Meta:
        model = Communication
        fields = ("channel", "direction", "happened_on", "subject", "body")
        widgets = {
            "happened_on": DateInput,
            "direction": forms.RadioSelect,
            "body": forms.Textarea(attrs={"rows": 3}),
        }
        labels = {"channel": _("How"), "happened_on": _("Date"), "subject": _("Subject"), "body": _("What was said")}

    def prepare(self, membership) -> None:
        super().prepare(membership)
        today = today_in(membership.organization.timezone)
        spoken = (Way.PHONE, Way.IN_PERSON, Way.EMAIL, Way.LETTER, Way.SMS)  # the most frequent first
        self.fields["channel"].choices = [(way.value, way.label) for way in spoken]
        self.fields["direction"].choices = Direction.choices
        self.fields["happened_on"].required = True
        self.fields["happened_on"].widget.attrs |= {"max": today.isoformat(), "min": "1900-01-01"}
        if not self.instance.pk:
            self.initial = {"channel": Way.PHONE, "direction": Direction.OUT, "happened_on": today} | self.initial
            self.fields["channel"].widget.attrs["data-focus"] = True

    def _post_clean(self) -> None:
        """The service checks the row."""


class WriteForm(CrmForm):
    """An e-mail of one's own to one contact."""

    subject = forms.CharField(label=_("Subject"), max_length=150)
    body = forms.CharField(label=_("Text"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 12}))

    def prepare(self, membership) -> None:
        super().prepare(membership)
        name = "body" if self.initial.get("subject") else "subject"
        self.fields[name].widget.attrs["autofocus"] = True


class TextForm(CrmForm):
    """A text message to one contact."""

    to = forms.ChoiceField(label=pgettext_lazy("e-mail", "To"))
    body = forms.CharField(
        label=_("Text"),
        max_length=texting.MOST,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=format_lazy("{} {}", _("Say who writes."), texting.HELP),
    )

    def prepare(self, membership) -> None:
        super().prepare(membership)
        self.fields["body"].widget.attrs["autofocus"] = True
