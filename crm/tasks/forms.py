"""Forms of tasks."""

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.accounts.models import Membership
from crm.accounts.policy import ALL, OWN
from crm.core.dates import today_in
from crm.core.web.forms import CrmForm, CrmModelForm
from crm.tasks import rules
from crm.tasks.choices import TaskPriority, TaskType
from crm.tasks.holders import HOLDERS
from crm.tasks.models import Task


class TaskForm(CrmModelForm):
    """What to do, when, who. Whoever plans only their own tasks is not asked who."""

    sections = (("", ("title", "due_on", "type", "priority", "owner", "notes")),)

    class Meta:
        model = Task
        fields = ("title", "due_on", "type", "priority", "owner", "notes")
        widgets = {"notes": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for name in ("type", "priority"):
            if name in self.fields:
                self.fields[name].required = False  # a list that always shows a choice asks for nothing
        self.fields["due_on"].widget.attrs["min"] = "2000-01-01"
        if self.membership.scope("tasks.change") == OWN:
            del self.fields["owner"]
            return
        offered = self.fields["owner"].queryset.active().filter(role__in=HOLDERS)
        if self.instance.owner_id:  # somebody who has left stays until another is chosen
            offered |= Membership.objects.visible_to(self.membership).filter(pk=self.instance.owner_id)
        self.fields["owner"].queryset = offered.select_related("user").order_by("user__first_name", "pk")
        if not self.instance.pk:
            mine = self.membership.scope("tasks.change") == ALL and offered.filter(pk=self.membership.pk).exists()
            self.fields["owner"].initial = self.membership.pk if mine else None

    @property
    def values(self) -> dict:
        """For the service: a choice left empty keeps its usual value; who is not asked is the person themselves."""
        values = {name: value for name, value in self.cleaned_data.items() if value != "" or name in ("title", "notes")}
        if "owner" not in self.fields and not self.instance.pk:
            values["owner"] = self.membership
        return values

    def _post_clean(self) -> None:
        """The service validates the row; a half-built one here would only repeat errors."""


class QuickTaskForm(TaskForm):
    class Meta(TaskForm.Meta):
        fields = ("title", "due_on", "type", "owner")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].widget.attrs["data-focus"] = True


class PlannedForm(CrmForm):
    """The same task for many contacts; nobody named, whoever is responsible for each does it."""

    title = forms.CharField(label=_("What to do"), max_length=Task._meta.get_field("title").max_length)
    due_on = forms.DateField(label=_("Due"), required=False)
    type = forms.ChoiceField(label=_("Type"), choices=TaskType.choices, initial=TaskType.FOLLOW_UP)
    priority = forms.ChoiceField(label=_("Priority"), choices=TaskPriority.choices, initial=TaskPriority.MEDIUM)
    owner = forms.ModelChoiceField(
        queryset=Membership.objects.none(),
        label=_("Who does it"),
        required=False,
        empty_label=_("Whoever is responsible for each contact"),
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["due_on"].widget.attrs["min"] = "2000-01-01"
        if self.membership.scope("tasks.add") == OWN:
            del self.fields["owner"]
            return
        holders = Membership.objects.visible_to(self.membership).active().filter(role__in=HOLDERS)
        self.fields["owner"].queryset = holders.select_related("user").order_by("user__first_name", "pk")

    def clean_due_on(self):
        due_on = self.cleaned_data["due_on"]
        if due_on is not None and not rules.FIRST_DAY <= due_on <= rules.LAST_DAY:
            raise forms.ValidationError(_("Check the year of this date."))
        return due_on


class OutcomeForm(CrmForm):
    outcome = forms.CharField(
        label=_("What came of it?"),
        required=False,
        max_length=Task._meta.get_field("outcome").max_length,
        widget=forms.TextInput(attrs={"data-focus": True}),
    )


class GiveForm(CrmForm):
    owner = forms.ModelChoiceField(Membership.objects.none(), label=_("Who does it"), empty_label=_("Choose"))

    def prepare(self, membership) -> None:
        super().prepare(membership)
        holders = Membership.objects.visible_to(membership).active().filter(role__in=HOLDERS)
        self.fields["owner"].queryset = holders.select_related("user").order_by("user__first_name", "pk")


class PostponeForm(CrmForm):
    due_on = forms.DateField(label=_("Until"))

    def prepare(self, membership) -> None:
        super().prepare(membership)
        self.fields["due_on"].widget.attrs["data-focus"] = True
        self.fields["due_on"].widget.attrs["min"] = today_in(membership.organization.timezone).isoformat()

    def clean_due_on(self):
        due_on = self.cleaned_data["due_on"]
        if due_on < today_in(self.membership.organization.timezone):
            raise forms.ValidationError(_("Choose today or a later day."))
        if due_on > rules.LAST_DAY:
            raise forms.ValidationError(_("Check the year of this date."))
        return due_on
