"""What somebody wants to be told, and when they are left alone."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from crm.core import texting
from crm.core.phones import normalise_phone
from crm.core.web.forms import CrmForm
from crm.notifications.kinds import KINDS


class NoticePreferencesForm(CrmForm):
    """A line for each kind, with a box for each way; then the quiet hours."""

    here = forms.MultipleChoiceField(label=_("In Merci"), required=False, widget=forms.CheckboxSelectMultiple)
    by_email = forms.MultipleChoiceField(
        label=pgettext_lazy("notifications", "By e-mail"), required=False, widget=forms.CheckboxSelectMultiple
    )
    by_text = forms.MultipleChoiceField(
        label=pgettext_lazy("notifications", "By text"), required=False, widget=forms.CheckboxSelectMultiple
    )
    text_to = forms.CharField(
        label=_("Your mobile number"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        help_text=_("Text messages name nobody: they say what kind of thing happened, and where to read it."),
    )
    quiet_from = forms.TypedChoiceField(label=_("Nothing from"), required=False, coerce=int, empty_value=None)
    quiet_until = forms.TypedChoiceField(
        label=pgettext_lazy("until this hour", "to"), required=False, coerce=int, empty_value=None
    )
    quiet_days = forms.TypedMultipleChoiceField(
        label=_("Nothing on these days"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )

    def prepare(self, membership) -> None:
        super().prepare(membership)
        hours = [("", "–"), *((hour, gettext("%(hour)d:00") % {"hour": hour}) for hour in range(24))]
        kinds = [(kind.code, kind.label) for kind in KINDS.values()]
        if not texting.is_ready():
            del self.fields["by_text"], self.fields["text_to"]
        for name in self.ways:
            self.fields[name].choices = kinds
        self.fields["quiet_from"].choices = self.fields["quiet_until"].choices = hours
        self.fields["quiet_days"].choices = [(day, capfirst(WEEKDAYS[day])) for day in range(7)]

    @property
    def ways(self) -> list[str]:
        return [name for name in ("here", "by_email", "by_text") if name in self.fields]

    @property
    def columns(self) -> list:
        return [self.fields[name].label for name in self.ways]

    @property
    def rows(self) -> list[tuple]:
        """Each kind with its boxes, one for each way, and what each way is called."""
        ways = [(self[name].label, self[name].subwidgets) for name in self.ways]
        return [(kind, [(label, boxes[place]) for label, boxes in ways]) for place, kind in enumerate(KINDS.values())]

    def clean_text_to(self) -> str:
        number = normalise_phone(self.cleaned_data["text_to"])
        if " " in number:  # an extension
            raise ValidationError(_("This is not the number of a mobile phone."), code="invalid")
        return number

    def clean(self) -> dict:
        data = super().clean()
        if data.get("by_text") and not data.get("text_to") and "text_to" not in self.errors:
            self.add_error("text_to", _("Write the number that they go to."))
        begin, end = data.get("quiet_from"), data.get("quiet_until")
        if (begin is None) != (end is None) or (begin is not None and begin == end):
            self.add_error("quiet_until", _("Choose both hours, one after the other."))
        return data
