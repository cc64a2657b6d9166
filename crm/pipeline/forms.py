"""What opportunities, moves and conversions ask."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.accounts.models import Membership
from crm.accounts.policy import ALL, MATRIX
from crm.contacts.choices import FunnelStage
from crm.contacts.lookup import ContactMixin, ContactWidget
from crm.contacts.models import Contact
from crm.core.dates import format_date, today_in
from crm.core.money import format_money
from crm.core.web.forms import AmountField, CrmForm, CrmModelForm
from crm.giving.choices import Frequency, Method
from crm.giving.models import Fund, Gift
from crm.pipeline.choices import CLOSED, OpportunityStage, Outcome
from crm.pipeline.models import Opportunity
from crm.tasks.choices import TaskType
from crm.tasks.models import Task

FOLLOWERS = [role for row in MATRIX if row.code == "pipeline" for role, cell in row.cells.items() if "change" in cell]
OPEN_STAGES = [choice for choice in OpportunityStage.choices if choice[0] not in CLOSED]
RECENT_GIFTS = 20  # of the donor, offered as what a won opportunity has become


class MoveForm(CrmForm):
    to = forms.ChoiceField(choices=FunnelStage.choices, label=_("Stage"))
    reason = forms.CharField(
        label=_("Why"), required=False, max_length=300, help_text=_("Asked of whoever leaves the stage “Won”.")
    )
    expected = forms.ChoiceField(choices=FunnelStage.choices, required=False, widget=forms.HiddenInput)


class OpportunityMoveForm(CrmForm):
    to = forms.ChoiceField(choices=OpportunityStage.choices, label=_("Stage"))
    reason = forms.CharField(
        label=_("Why"),
        required=False,
        max_length=300,
        help_text=_("Asked where it is lost, or where one that is won is opened again."),
    )
    expected = forms.ChoiceField(choices=OpportunityStage.choices, required=False, widget=forms.HiddenInput)


class FollowerMixin(forms.Form):
    """``owner``: whoever may follow only their own donors is not asked."""

    def offer_owners(self, kept_id: int | None = None) -> None:
        if self.membership.scope("pipeline.change") != ALL:
            del self.fields["owner"]
            return
        offered = Membership.objects.visible_to(self.membership).active().filter(role__in=FOLLOWERS)
        if kept_id:  # somebody who has left stays until another is chosen
            offered |= Membership.objects.visible_to(self.membership).filter(pk=kept_id)
        self.fields["owner"].queryset = offered.select_related("user").order_by("user__first_name", "pk")
        if not kept_id and not offered.filter(pk=self.initial.get("owner") or 0).exists():
            self.initial["owner"] = self.membership.pk


class OpportunityForm(FollowerMixin, ContactMixin, CrmModelForm):
    """``contact``: the donor is known already and not asked."""

    sections = (
        ("", ("contact", "title", "amount", "expected_on", "stage")),
        (pgettext_lazy("opportunity", "More about it"), ("probability", "owner", "notes")),
    )
    contact = forms.ModelChoiceField(
        Contact.objects.all(),
        label=_("Donor"),
        widget=ContactWidget,
        error_messages={"required": _("Choose the donor."), "invalid_choice": _("Choose the donor in the list.")},
    )
    amount = AmountField(label=pgettext_lazy("opportunity", "Amount to ask"))
    stage = forms.ChoiceField(choices=OPEN_STAGES, label=_("Stage"), required=False)

    class Meta:
        model = Opportunity
        fields = ("title", "amount", "expected_on", "probability", "owner", "notes")
        widgets = {"notes": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args, contact: Contact | None = None, **kwargs) -> None:
        self.donor = contact
        super().__init__(*args, **kwargs)

    def prepare(self, membership) -> None:
        is_new = self.instance.pk is None
        if self.donor or not is_new:
            del self.fields["contact"]
        if not is_new:
            del self.fields["stage"]
        super().prepare(membership)
        self.offer_owners(self.instance.owner_id)
        self.fields["probability"].widget.attrs |= {"min": 0, "max": 100}
        self.fields["title"].widget.attrs["placeholder"] = _("For example: the new library")
        if is_new:
            self.initial["probability"] = None
            self.fields["probability"].required = False
            self.fields["probability"].help_text = _("Empty: that of the stage.")
        elif self.instance.is_closed:
            del self.fields["probability"]
        if "contact" in self.fields:
            self.fields["contact"].queryset = self.fields["contact"].queryset.active()
            self.prepare_contact()
        self.fields["contact" if "contact" in self.fields else "title"].widget.attrs["autofocus"] = True

    def _post_clean(self) -> None:
        """The service checks the row with the same rules."""

    @property
    def values(self) -> dict:
        """What the service receives."""
        values = dict(self.cleaned_data)
        if self.instance.pk is None:
            values |= {"contact": self.donor} if self.donor else {}
            values["stage"] = values.get("stage") or OpportunityStage.QUALIFYING
            values.setdefault("owner", self.membership)
        return values


class WinForm(CrmForm):
    """The day and the amount agreed, and what it becomes: a gift, a pledge, a gift recorded already, nothing yet."""

    sections = (
        (
            "",
            ("on", "amount", "outcome", "gift", "method", "fund", "each", "frequency", "starts_on", "count", "reason"),
        ),
    )
    on = forms.DateField(label=_("Agreed on"))
    amount = AmountField(label=_("Amount agreed"))
    outcome = forms.ChoiceField(label=_("What it becomes"), choices=Outcome.choices)
    gift = forms.ModelChoiceField(Gift.objects.all(), label=_("Gift"), required=False, empty_label=_("Choose"))
    method = forms.ChoiceField(label=_("Method"), choices=[("", _("Choose")), *Method.choices], required=False)
    fund = forms.ModelChoiceField(Fund.objects.all(), label=_("Fund"), required=False, empty_label=_("Choose"))
    each = AmountField(label=_("Amount of each payment"), required=False)
    frequency = forms.ChoiceField(
        label=_("How often"), choices=Frequency.choices, required=False, initial=Frequency.ONE_TIME
    )
    starts_on = forms.DateField(label=_("First payment due"), required=False)
    count = forms.IntegerField(
        label=_("Number of payments"), required=False, min_value=1, max_value=361,
        help_text=_("Empty: until the donor says otherwise."),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("What made the difference"), required=False, max_length=300, help_text=_("For the next ask.")
    )
    expected = forms.ChoiceField(choices=OpportunityStage.choices, required=False, widget=forms.HiddenInput)

    needs = {
        Outcome.GIFT: ("method", "fund"),
        Outcome.PLEDGE: ("fund", "each", "frequency", "starts_on"),
        Outcome.KNOWN: ("gift",),
        Outcome.NOTHING: (),
    }

    def __init__(self, *args, opportunity: Opportunity, **kwargs) -> None:
        self.opportunity = opportunity
        super().__init__(*args, **kwargs)

    def prepare(self, membership) -> None:
        super().prepare(membership)
        contact = self.opportunity.contact
        self.fields["fund"].queryset = self.fields["fund"].queryset.active().order_by("-is_default", "code")
        gifts = self.fields["gift"].queryset.filter(contact=contact).newest_first()
        recent = list(gifts.values_list("pk", flat=True)[:RECENT_GIFTS])
        self.fields["gift"].queryset = gifts.filter(pk__in=recent)
        self.fields["gift"].label_from_instance = lambda gift: (
            f"{format_date(gift.received_on)} – {format_money(gift.amount, gift.currency)}"
        )
        offered = [Outcome.NOTHING]
        if membership.can("pledges.add", contact):
            offered.insert(0, Outcome.PLEDGE)
        if membership.can("gifts.add", contact):
            offered.insert(0, Outcome.GIFT)
        if recent:
            offered.insert(-1, Outcome.KNOWN)
        self.fields["outcome"].choices = [(one.value, one.label) for one in offered]
        when = {"gift": "known", "method": "gift", "fund": "gift,pledge"}
        when |= dict.fromkeys(("each", "frequency", "starts_on", "count"), "pledge")
        for name, outcomes in when.items():
            self.fields[name].widget.attrs["data-when"] = f"outcome={outcomes}"
        for name in ("fund", "each", "starts_on"):  # proposed, so that they step aside until they matter
            proposed = self.fields[name].prepare_value(self.get_initial_for_field(self.fields[name], name))
            self.fields[name].widget.attrs["data-proposed"] = str(proposed or "")
        self.fields["on"].widget.attrs["max"] = today_in(membership.organization.timezone).isoformat()
        self.fields["on"].widget.attrs["autofocus"] = True

    def clean(self) -> dict:
        data = super().clean()
        for name in self.needs.get(data.get("outcome"), ()):
            if data.get(name) in (None, "") and name not in self.errors:
                self.add_error(name, self.fields[name].error_messages["required"])
        return data

    @property
    def values(self) -> dict:
        """What the service receives."""
        data = self.cleaned_data
        values = {name: data[name] for name in ("on", "amount", "reason", "expected")}
        if data["outcome"] == Outcome.KNOWN:
            values["gift"] = data["gift"]
        elif data["outcome"] == Outcome.GIFT:
            values["gift"] = {
                "amount": data["amount"], "received_on": data["on"], "fund": data["fund"], "method": data["method"]
            }  # fmt: skip
        elif data["outcome"] == Outcome.PLEDGE:
            values["pledge"] = {
                "amount": data["each"], "frequency": data["frequency"], "starts_on": data["starts_on"],
                "fund": data["fund"], "count": data["count"],
            }  # fmt: skip
        return values


class ConvertForm(FollowerMixin, CrmForm):
    """A lead becomes a prospect: what to ask, and the first step."""

    sections = (
        (_("What will be asked"), ("title", "amount", "expected_on", "owner")),
        (_("First step"), ("task_title", "task_due_on", "task_type")),
    )
    title = forms.CharField(label=pgettext_lazy("opportunity", "What for"), max_length=120)
    amount = AmountField(label=pgettext_lazy("opportunity", "Amount to ask"))
    expected_on = forms.DateField(label=_("Answer expected"), required=False)
    owner = forms.ModelChoiceField(Membership.objects.none(), label=_("Responsible person"))
    task_title = forms.CharField(
        label=_("What to do"), max_length=Task._meta.get_field("title").max_length, required=False,
        help_text=_("Empty: no task is planned."),
    )  # fmt: skip
    task_due_on = forms.DateField(label=_("Due"), required=False)
    task_type = forms.ChoiceField(
        label=pgettext_lazy("task", "Type"), choices=TaskType.choices, initial=TaskType.CALL, required=False
    )

    def prepare(self, membership) -> None:
        super().prepare(membership)
        self.offer_owners()
        self.fields["title"].widget.attrs |= {"placeholder": _("For example: the new library"), "autofocus": True}

    @property
    def values(self) -> dict:
        """What the service receives."""
        data = self.cleaned_data
        owner = data.get("owner") or self.membership
        ask = {name: data[name] for name in ("title", "amount", "expected_on")} | {"owner": owner}
        task = None
        if data["task_title"]:
            task = {
                "title": data["task_title"], "due_on": data["task_due_on"], "owner": owner,
                "type": data["task_type"] or TaskType.CALL,
            }  # fmt: skip
        return {"opportunity": ask, "task": task}
