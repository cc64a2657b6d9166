"""What somebody wants to be told, and when they are left alone."""

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from crm.core.web.forms import CrmForm
from crm.notifications.kinds import KINDS


class NoticePreferencesForm(CrmForm):
    """A line for each kind, with a box for each way; then the quiet hours."""

    here = forms.MultipleChoiceField(label=_("In Merci"), required=False, widget=forms.CheckboxSelectMultiple)
    by_email = forms.MultipleChoiceField(label=_("By e-mail too"), required=False, widget=forms.CheckboxSelectMultiple)
    quiet_from = forms.TypedChoiceField(label=_("No e-mails from"), required=False, coerce=int, empty_value=None)
    quiet_until = forms.TypedChoiceField(
        label=pgettext_lazy("until this hour", "to"), required=False, coerce=int, empty_value=None
    )
    quiet_days = forms.TypedMultipleChoiceField(
        label=_("No e-mails on these days"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )

    def prepare(self, membership) -> None:
        super().prepare(membership)
        hours = [("", "–"), *((hour, gettext("%(hour)d:00") % {"hour": hour}) for hour in range(24))]
        kinds = [(kind.code, kind.label) for kind in KINDS.values()]
        self.fields["here"].choices = self.fields["by_email"].choices = kinds
        self.fields["quiet_from"].choices = self.fields["quiet_until"].choices = hours
        self.fields["quiet_days"].choices = [(day, capfirst(WEEKDAYS[day])) for day in range(7)]

    @property
    def rows(self) -> list[tuple]:
        """Each kind with its boxes, one for each way, and what each way is called."""
        ways = [(self[name].label, self[name].subwidgets) for name in ("here", "by_email")]
        return [(kind, [(label, boxes[place]) for label, boxes in ways]) for place, kind in enumerate(KINDS.values())]

    def clean(self) -> dict:
        data = super().clean()
        begin, end = data.get("quiet_from"), data.get("quiet_until")
        if (begin is None) != (end is None) or (begin is not None and begin == end):
            self.add_error("quiet_until", _("Choose both hours, one after the other."))
        return data
