"""In memory of whom, in whose honour: named in the gift's own form, and on a page of its own (F-12)."""

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.contacts import lookup
from crm.contacts.lookup import UNCLEAR, ContactMixin
from crm.contacts.models import Contact
from crm.core.text import fold
from crm.core.web.forms import CrmForm, CrmModelForm
from crm.giving import tributes
from crm.giving.choices import TributeKind
from crm.giving.models import Tribute

LONGEST = Tribute._meta.get_field("name").max_length


class TributeWidget(forms.Widget):
    """The kind and the name, side by side; names that have a page are proposed as one types."""

    template_name = "giving/tribute_widget.html"
    offered: list[Tribute] = []

    def get_context(self, name, value, attrs) -> dict:
        context = super().get_context(name, None, attrs)
        kind, text = self.parts(value)
        context["widget"] |= {
            "kind": kind, "text": text, "offered": self.offered, "longest": LONGEST,
            "kinds": [("", pgettext_lazy("tribute", "No")), *TributeKind.choices],
            "is_invalid": "aria-invalid" in context["widget"]["attrs"],
            "described_by": context["widget"]["attrs"].get("aria-describedby", ""),
        }  # fmt: skip
        return context

    @staticmethod
    def parts(value) -> tuple[str, str]:
        if isinstance(value, Tribute):
            return value.kind, value.name
        return value or ("", "")

    def value_from_datadict(self, data, files, name) -> tuple[str, str] | Tribute | None:
        if f"{name}_kind" not in data and f"{name}_name" not in data:
            return data.get(name)
        return data.get(f"{name}_kind", "").strip(), " ".join(data.get(f"{name}_name", "").split())

    def value_omitted_from_data(self, data, files, name) -> bool:
        return f"{name}_kind" not in data and f"{name}_name" not in data

    def refill(self, data: QueryDict, name: str, value) -> None:
        """Write ``value`` as if it had been sent (:func:`crm.accounts.meanwhile.refilled`)."""
        data[f"{name}_kind"], data[f"{name}_name"] = self.parts(value)

    def use_required_attribute(self, initial) -> bool:
        return False


class TributeField(forms.Field):
    """Cleans to the page of that name, to a row not saved yet where there is none, or to ``None``.

    ``queryset`` holds the pages one may name.
    """

    widget = TributeWidget

    def __init__(self, queryset, **kwargs) -> None:
        super().__init__(required=False, **kwargs)
        self.queryset = queryset

    def clean(self, value) -> Tribute | None:
        kind, name = self.widget.parts(value)
        if not kind and not name:
            return None
        if kind not in TributeKind.values:
            raise ValidationError(_("Say whether the gift is made in memory or in honour."))
        if not fold(name):
            raise ValidationError(_("Write the name of the person."))
        if len(name) > LONGEST:
            raise ValidationError(_("This name is too long: %(most)d letters at most."), params={"most": LONGEST})
        named = {page.kind: page for page in self.queryset.filter(key=fold(name)[:LONGEST])}
        if kind in named:
            return named[kind]
        if named:
            page = next(iter(named.values()))
            words = {"name": page.name, "kind": page.get_kind_display()}
            raise ValidationError(
                _("%(name)s has a page already: “%(kind)s”. Choose it, or change the page first."), params=words
            )
        return Tribute(kind=kind, name=name)

    def has_changed(self, initial, data) -> bool:
        return self.widget.parts(initial) != self.widget.parts(data)


class TributeMixin(forms.Form):
    """``tribute``: proposes the latest pages. ``initial["tribute"]`` is a page or its number."""

    def offer_tributes(self) -> None:
        self.fields["tribute"].widget.offered = tributes.offered(self.membership)
        page = self.initial.get("tribute")
        if page is not None and not isinstance(page, Tribute):
            self.initial["tribute"] = self.fields["tribute"].queryset.filter(pk=page).first()


class TributeForm(ContactMixin, CrmModelForm):
    sections = (("", ("kind", "name", "contact", "note", "is_active")),)
    contact = forms.ModelChoiceField(
        Contact.objects.all(),
        label=_("Among your contacts"),
        required=False,
        widget=lookup.ContactWidget,
        help_text=_("If this person is one of your contacts, such as a donor who died."),
    )

    class Meta:
        model = Tribute
        fields = ("kind", "name", "contact", "note", "is_active")
        widgets = {"note": forms.Textarea(attrs={"rows": 2})}

    def prepare(self, membership) -> None:
        super().prepare(membership)
        self.fields["name"].widget.attrs["autofocus"] = True
        if self.instance.contact_id and not membership.can("contacts.view", self.instance.contact):
            del self.fields["contact"]  # of a colleague: it stays
        else:
            self.prepare_contact()

    def _post_clean(self) -> None:
        """The service checks the row with the same rules."""


class RecipientForm(ContactMixin, CrmForm):
    """Who of the family is told."""

    contact = forms.ModelChoiceField(
        Contact.objects.all(),
        label=_("Who is told"),
        widget=lookup.ContactWidget,
        help_text=_("A contact with a postal address or an e-mail. They never learn how much was given."),
        error_messages={"required": _("Choose the contact."), "invalid_choice": UNCLEAR},
    )

    def prepare(self, membership) -> None:
        super().prepare(membership)
        field = self.fields["contact"]
        field.queryset = field.queryset.active()
        field.widget.attrs["autofocus"] = True
        self.prepare_contact()
