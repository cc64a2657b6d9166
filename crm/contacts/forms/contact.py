"""The form of a contact."""

from crispy_forms.layout import HTML
from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.validators import validate_email
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from crm.accounts.choices import ReceiptPreference
from crm.accounts.models import Membership
from crm.contacts.addresses import PROVINCE_CHOICES, canadian_postal_code, province_code, province_name
from crm.contacts.choices import Kind, PointKind, PointLabel
from crm.contacts.custom_fields import CustomFieldsMixin
from crm.contacts.models import Contact, ContactPoint
from crm.core.phones import normalise_phone, show_phone
from crm.core.text import clean
from crm.core.web.forms import AmountField, CrmModelForm


def shown_value(point: ContactPoint) -> str:
    """As people write it; the stored form of a phone comes back from :func:`normalise_phone`."""
    plain, mark, extension = point.value.partition(" x")
    return f"{show_phone(plain)}{mark}{extension}" if point.kind == PointKind.PHONE else point.value


# Where a form that came in says nothing of them, the contact keeps what it has.
KEPT_UNSAID = ("funnel_stage", "priority")


class PointForm(forms.Form):
    """One further e-mail or phone: which of the two is told by the @."""

    value = forms.CharField(label=_("E-mail or phone"), required=False, max_length=254)
    label = forms.ChoiceField(label=_("Used for"), required=False, choices=[("", "–"), *PointLabel.choices])

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["value"].widget.attrs |= {"class": "form-control", "autocomplete": "off", "inputmode": "email"}
        self.fields["label"].widget.attrs["class"] = "form-select"

    def clean_value(self) -> str:
        text = clean(self.cleaned_data["value"])
        if "@" in text:
            validate_email(text)
            return text.lower()
        return normalise_phone(text)


class BasePointFormSet(forms.BaseFormSet):
    @property
    def chosen(self) -> list[dict]:
        """The rows that say something; an emptied row takes its e-mail or phone away."""
        return [
            {
                "kind": PointKind.EMAIL if "@" in row["value"] else PointKind.PHONE,
                "value": row["value"],
                "label": row["label"],
            }
            for row in self.cleaned_data
            if row.get("value")
        ]


PointFormSet = forms.formset_factory(PointForm, formset=BasePointFormSet, extra=1, max_num=20, validate_max=True)


# What is asked of one kind only: with a script it steps aside for the other (aside.js).
ONLY = {
    Kind.PERSON.value: (
        "honorific", "first_name", "middle_name", "last_name", "suffix", "is_deceased", "deceased_on",
    ),
    Kind.ORGANIZATION.value: ("company_size", "industry"),
}  # fmt: skip


class IdentityForm(CrmModelForm):
    """Who somebody is and how to reach them; a Canadian address is checked, any other is taken as typed."""

    def clean_phone(self) -> str:
        return normalise_phone(self.cleaned_data["phone"])

    def clean_email(self) -> str:
        return self.cleaned_data["email"].strip().lower()

    def clean(self) -> dict:
        data = super().clean()
        country = str(data.get("country") or "CA")
        if country == "CA":
            data["province"] = self._province(data.get("province", ""))
            try:
                data["postal_code"] = canadian_postal_code(data.get("postal_code", ""))
            except ValidationError as error:
                self.add_error("postal_code", error)
        if data.get("kind") == Kind.ORGANIZATION and not data.get("organization_name"):
            self.add_error("organization_name", _("Give the name of the organization."))
        named = any(data.get(name) for name in ("first_name", "last_name", "organization_name", "email"))
        if data.get("kind") == Kind.PERSON and not named:
            self.add_error("last_name", _("Give at least a name or an e-mail address."))
        return data

    def _province(self, text: str) -> str:
        code = province_code(text)
        if text and not code:
            self.add_error("province", _("Choose a Canadian province or territory, or change the country."))
        return code or text

    def _post_clean(self) -> None:
        """The service validates the row with the very same rules; a half-built one here would only repeat errors."""


class ContactForm(CustomFieldsMixin, IdentityForm):
    """One form for people and organizations."""

    sections = (
        (
            _("Who"),
            (
                "kind",
                "honorific",
                "first_name",
                "middle_name",
                "last_name",
                "suffix",
                "organization_name",
                "job_title",
                "language",
            ),
        ),
        (_("How to reach them"), ("email", "phone")),
        (_("Postal address"), ("address_line1", "address_line2", "city", "province", "postal_code", "country")),
        (
            _("Follow-up"),
            ("owner", "lifecycle", "relationship", "funnel_stage", "priority", "lead_source", "estimated_value"),
        ),
        (_("Organization, company"), ("company_size", "industry")),
        (_("To respect"), ("receipt_preference", "do_not_contact", "is_deceased", "deceased_on")),
        (_("Numbers"), ("external_id",)),
    )

    class Meta:
        model = Contact
        fields = (
            "kind", "honorific", "first_name", "middle_name", "last_name", "suffix", "organization_name", "job_title",
            "language", "email", "phone", "address_line1", "address_line2", "city", "province", "postal_code",
            "country", "owner", "lifecycle", "relationship", "funnel_stage", "priority", "lead_source", "estimated_value",
            "company_size", "industry", "receipt_preference", "do_not_contact", "is_deceased", "deceased_on", "external_id",
        )  # fmt: skip
        widgets = {"kind": forms.RadioSelect}
        field_classes = {"estimated_value": AmountField}

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["province"].widget.attrs["list"] = "provinces"
        self.fields["receipt_preference"].choices = [("", self._usual_receipts()), *ReceiptPreference.choices]
        self.fields["lead_source"].widget.attrs["list"] = "sources"
        for name in KEPT_UNSAID:
            self.fields[name].required = False
        self.points = self._points(args[0] if args else kwargs.get("data"))
        colleagues = Membership.objects.visible_to(self.membership)
        offered = colleagues.active()
        if self.instance.owner_id:  # somebody who has left stays the owner until another is chosen
            offered |= colleagues.filter(pk=self.instance.owner_id)
        self.fields["owner"].queryset = offered.select_related("user").order_by("user__first_name")
        if self.membership.scope("contacts.add") != "all":
            # Whoever is responsible is who may see the contact: not for volunteers to decide. Fundraisers work on their
            # own contacts: the service makes them the owner.
            del self.fields["owner"]
        if not self.instance.pk:
            self.initial["country"] = self.membership.organization.country
        if self.instance.phone:  # as people write it; the stored form comes back from normalise_phone
            plain, mark, extension = self.instance.phone.partition(" x")
            self.initial["phone"] = f"{show_phone(plain)}{mark}{extension}"
        if self.instance.province:
            self.initial["province"] = province_name(self.instance.province, get_language() or "fr")
        for kind, names in ONLY.items():
            for name in names:
                self.fields[name].widget.attrs["data-when"] = f"kind={kind}"
        hints = {"first_name": "given-name", "last_name": "family-name", "email": "off", "phone": "off"}
        for name, value in hints.items():
            self.fields[name].widget.attrs["autocomplete"] = value

    def lay_out(self) -> None:
        """A new contact is compared with those already there while it is typed (C-16)."""
        super().lay_out()
        if self.instance.pk is None:
            self.helper.layout.insert(1, HTML('{% include "contacts/_look_alikes.html" %}'))

    def prepare(self, membership) -> None:
        self.membership = membership
        self.add_custom_fields()
        if self.custom_fields:
            self.sections = (*self.sections, self.custom_section)
        super().prepare(membership)

    def _section(self, title, names):
        """The further e-mails and phones stand with the main ones."""
        section = super()._section(title, names)
        if "phone" in names:
            section.fields.append(HTML('{% include "contacts/_point_rows.html" %}'))
        return section

    def _points(self, data):
        """The further e-mails and phones, as rows of their own; two blank ones for who has no script."""
        present = list(self.instance.points.order_by("pk")) if self.instance.pk else []
        initial = [{"label": one.label, "value": shown_value(one)} for one in present]
        return PointFormSet(data if data and "points-TOTAL_FORMS" in data else None, initial=initial, prefix="points")

    def is_valid(self) -> bool:
        """Both are always checked, so that every complaint is said at once."""
        rows = not self.points.is_bound or self.points.is_valid()
        valid = super().is_valid()
        if not rows and not self.has_error(NON_FIELD_ERRORS, "points"):
            self.add_error(None, ValidationError(_("Correct the other e-mails and phones."), code="points"))
        return valid and rows

    def _usual_receipts(self) -> str:
        usual = self.membership.organization.get_receipt_preference_display()
        return _("As usual: %(preference)s") % {"preference": usual[:1].lower() + usual[1:]}

    @property
    def sources(self) -> list[str]:
        """How the others came: what this organization already writes, so that it is written the same way."""
        rows = Contact.objects.of(self.membership.organization).exclude(lead_source="")
        return list(rows.order_by("lead_source").values_list("lead_source", flat=True).distinct()[:100])

    @property
    def provinces(self) -> list[str]:
        return [str(label) for _code, label in PROVINCE_CHOICES]

    def clean(self) -> dict:
        data = super().clean()
        self.take_custom(data)
        for name in KEPT_UNSAID:
            data[name] = data.get(name) or getattr(self.instance, name)
        if self.points.is_bound and self.points.is_valid():
            data["points"] = self.points.chosen
        return data


class NewDonorForm(IdentityForm):
    """What one reads on an envelope: enough for a gift, a receipt and a letter. The rest is asked on the contact's page."""

    sections = (
        ("", ("kind", "first_name", "last_name", "organization_name", "language")),
        ("", ("address_line1", "city", "province", "postal_code", "email")),
    )

    class Meta:
        model = Contact
        fields = (
            "kind", "first_name", "last_name", "organization_name", "language", "address_line1", "city", "province",
            "postal_code", "email",
        )  # fmt: skip
        widgets = {"kind": forms.RadioSelect}

    def prepare(self, membership) -> None:
        super().prepare(membership)
        for name in ("first_name", "last_name"):
            self.fields[name].widget.attrs["data-when"] = f"kind={Kind.PERSON.value}"
        self.fields["organization_name"].widget.attrs["data-when"] = f"kind={Kind.ORGANIZATION.value}"
        for field in self.fields.values():
            field.widget.attrs["autocomplete"] = "off"
        self.helper.layout.insert(1, HTML('{% include "contacts/_look_alikes.html" %}'))
