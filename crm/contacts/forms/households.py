"""Forms of households and relations."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.contacts import lookup
from crm.contacts.choices import HouseholdRole, RelationKind
from crm.contacts.households import KINDS, LANGUAGES, in_order, sees_whole, texts_of, untitled
from crm.contacts.models import Contact, ContactRelation, Household
from crm.contacts.relations import inverse, offered
from crm.core.web.forms import CrmForm

UNCLEAR = _("Choose the person in the list.")
NOBODY = _("Nobody matches this name. Check the spelling, or add the contact first.")


class OtherForm(CrmForm):
    """A form of one contact that asks for another one."""

    other = forms.ModelChoiceField(
        Contact.objects.all(),
        label=_("Person"),
        widget=lookup.ContactWidget,
        error_messages={"required": _("Choose a person."), "invalid_choice": UNCLEAR},
    )

    def __init__(self, *args, contact: Contact, **kwargs) -> None:
        self.contact = contact
        super().__init__(*args, **kwargs)
        if "other" in self.fields:
            self.fields["other"].queryset = self.fields["other"].queryset.active()
            self.fields["other"].widget.attrs["autofocus"] = True
            lookup.prepare(self, "other")

    def clean_other(self) -> Contact:
        other = lookup.chosen(self, "other", unclear=UNCLEAR)
        if other.pk == self.contact.pk:
            raise ValidationError(_("Choose somebody else than the contact itself."))
        return other

    def clean(self) -> dict:
        data = super().clean()
        if "other" in self.errors:
            lookup.search_again(self, "other", unclear=UNCLEAR, nobody=NOBODY)
        return data


class HouseholdStartForm(OtherForm):
    """With whom somebody lives. Who lives elsewhere already is not moved before that is chosen."""

    sections = (("", ("other", "role", "shares_address")),)
    role = forms.ChoiceField(
        choices=HouseholdRole.choices,
        initial=HouseholdRole.ADULT,
        required=False,
        label=_("Their place in the household"),
        help_text=_("Adults are greeted together; children and other people are not."),
    )
    shares_address = forms.BooleanField(
        required=False,
        initial=True,
        label=_("Lives at the address of the household"),
        help_text=_("They get the address of the head of the household now, and whenever it changes."),
    )
    decision = forms.ChoiceField(required=False, widget=forms.RadioSelect, label=_("What should be done?"))

    def prepare(self, membership) -> None:
        super().prepare(membership)
        self.fields["decision"].choices = []

    def clean_role(self) -> str:
        return self.cleaned_data["role"] or HouseholdRole.ADULT

    def clean(self) -> dict:
        self.errors.pop("decision", None)  # what it may be depends on who the other one is
        self.cleaned_data["decision"] = ""
        data = super().clean()
        other = data.get("other")
        if other is None:
            return data
        if other.is_organization:
            self.add_error(
                "other",
                _("%(name)s is an organization: only people live in a household. Add a relation instead.")
                % {"name": other.name},
            )
        elif other.household_id and other.household_id == self.contact.household_id:
            self.add_error("other", _("%(name)s lives in this household already.") % {"name": other.name})
        elif other.household_id:
            self._ask_what_to_do(other)
        return data

    def _ask_what_to_do(self, other: Contact) -> None:
        words = {"name": other.name, "contact": self.contact.name}
        choices = [("move", _("Take %(name)s out of the other household, and bring them here") % words)]
        if not self.contact.household_id and sees_whole(self.membership, other.household):
            choices.insert(0, ("join", _("Add %(contact)s to the household of %(name)s") % words))
        self.fields["decision"].choices = choices
        self.sections = (*self.sections, (_("In another household already"), ("decision",)))
        self.lay_out()
        asked = self.data.get("decision", "")
        if asked in dict(choices):
            self.cleaned_data["decision"] = asked
            return
        self.add_error(
            "decision", _("%(name)s already lives in another household. Say below what to do.") % {"name": other.name}
        )


class HouseholdForm(CrmForm):
    """The places of the members, and the texts; an empty text is generated."""

    sections = ()
    head = forms.ModelChoiceField(
        Contact.objects.all(),
        label=pgettext_lazy("household", "Head of the household"),
        empty_label=None,
        error_messages={
            "required": _("Choose who stands first."),
            "invalid_choice": _("The head is one of the members."),
        },
    )

    def __init__(self, *args, household: Household, people: list[Contact], **kwargs) -> None:
        self.household, self.people = household, people
        super().__init__(*args, **kwargs)

    def prepare(self, membership) -> None:
        alive = [one.pk for one in self.people if not one.is_deceased and not one.is_archived]
        fit = alive or [one.pk for one in self.people]
        if self.household.head_id not in fit and self.household.head_id is not None and not alive:
            fit.append(self.household.head_id)
        self.fit = set(fit)
        self.fields["head"].queryset = Contact.objects.filter(pk__in=fit)
        self.initial["head"] = self.household.head_id
        for one in self.people:
            self.fields[f"role_{one.pk}"] = forms.ChoiceField(
                choices=HouseholdRole.choices,
                initial=one.household_role or HouseholdRole.ADULT,
                label=_("Place of %(name)s") % {"name": one.name},
            )
            self.fields[f"shares_{one.pk}"] = forms.BooleanField(
                required=False, initial=one.shares_address, label=_("Lives at this address")
            )
        for name in self.text_names():
            spec = Household._meta.get_field(name)
            self.fields[name] = forms.CharField(
                required=False,
                max_length=spec.max_length,
                label=spec.verbose_name,
                initial=getattr(self.household, name),
            )
        super().prepare(membership)

    @staticmethod
    def text_names() -> list[str]:
        return ["name", *(f"{kind}_{language}" for language in LANGUAGES for kind in KINDS)]

    @property
    def rows(self) -> list[dict]:
        """The members with their fields, for the template."""
        return [
            {
                "contact": one,
                "may_lead": one.pk in self.fit,
                "is_head": str(self["head"].value() or "") == str(one.pk),
                "role": self[f"role_{one.pk}"],
                "shares": self[f"shares_{one.pk}"],
            }
            for one in self.people
        ]

    @property
    def texts(self) -> list[dict]:
        return [
            {"language": language, "fields": [self[f"{kind}_{language}"] for kind in KINDS]} for language in LANGUAGES
        ]

    @property
    def places(self) -> dict[int, tuple[str, bool]]:
        return {
            one.pk: (self.cleaned_data[f"role_{one.pk}"], self.cleaned_data[f"shares_{one.pk}"]) for one in self.people
        }

    @property
    def values(self) -> dict:
        """What the service receives."""
        texts = {name: self.cleaned_data[name] for name in self.text_names()}
        return {"head": self.cleaned_data["head"], "places": self.places, **texts}


class PreviewForm(CrmForm):
    """What is being typed, as it would be said: nothing here is refused, what cannot be read is left out."""

    other = forms.ModelChoiceField(Contact.objects.all(), required=False)
    head = forms.IntegerField(required=False)

    def read(self) -> tuple[Household, list[Contact]]:
        """The household and its people as the form has them now."""
        self.is_valid()
        data = self.cleaned_data
        numbers = [text for text in self.data.getlist("people") if text.isascii() and text.isdigit() and len(text) < 18]
        people = Contact.objects.visible_to(self.membership).in_bulk([int(text) for text in numbers[:100]])
        if (other := data.get("other")) is not None:
            people.setdefault(other.pk, other)
            other.household_role = self._role("role", other)
        for pk, one in people.items():
            one.household_role = self._role(f"role_{pk}", one) or one.household_role
        draft = Household(head_id=data.get("head"))
        for name in HouseholdForm.text_names():
            setattr(draft, name, " ".join(self.data.get(name, "").split())[:200])
        return draft, in_order(people.values(), draft.head_id)

    def context(self) -> dict:
        """What ``_household_texts.html`` shows."""
        draft, people = self.read()
        return {"texts": texts_of(draft, people), "untitled": untitled(people)}

    def _role(self, name: str, one: Contact) -> str:
        asked = self.data.get(name, "")
        return asked if asked in HouseholdRole.values else one.household_role


class RelationForm(OtherForm):
    """What another contact is for this one."""

    sections = (("", ("other", "kind", "note")),)
    kind = forms.ChoiceField(label=_("Relation"), error_messages={"required": _("Choose the relation.")})
    note = forms.CharField(
        required=False,
        max_length=ContactRelation._meta.get_field("note").max_length,
        label=_("Note"),
        help_text=_("For example: matches the gifts of its employees."),
    )

    def __init__(self, *args, relation: ContactRelation | None = None, **kwargs) -> None:
        self.relation = relation
        super().__init__(*args, **kwargs)

    def prepare(self, membership) -> None:
        other_kind = ""
        if self.relation is not None:
            mine = self.relation.contact_id == self.contact.pk
            other = self.relation.other if mine else self.relation.contact
            other_kind = other.kind
            del self.fields["other"]
            self.initial = {
                "kind": self.relation.kind if mine else inverse(self.relation.kind),
                "note": self.relation.note,
            }
        kinds = offered(self.contact.kind, other_kind)
        blank = [] if self.relation is not None else [("", _("Choose…"))]
        self.fields["kind"].choices = blank + [(kind.value, kind.label) for kind in RelationKind if kind in kinds]
        self.fields["kind"].help_text = _("What the other one is for %(name)s.") % {"name": self.contact.name}
        super().prepare(membership)
