"""The form of a contact."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from crm.accounts.models import Membership
from crm.contacts.addresses import PROVINCE_CHOICES, canadian_postal_code, province_code, province_name
from crm.contacts.choices import Kind
from crm.contacts.models import Contact
from crm.core.phones import normalise_phone, show_phone
from crm.core.web.forms import CrmModelForm


class ContactForm(CrmModelForm):
    """One form for people and organizations; a Canadian address is checked, any other is taken as typed."""

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
        (_("Follow-up"), ("owner", "lifecycle", "relationship", "external_id")),
    )

    class Meta:
        model = Contact
        fields = (
            "kind", "honorific", "first_name", "middle_name", "last_name", "suffix", "organization_name", "job_title",
            "language", "email", "phone", "address_line1", "address_line2", "city", "province", "postal_code",
            "country", "owner", "lifecycle", "relationship", "external_id",
        )  # fmt: skip
        widgets = {"kind": forms.RadioSelect}

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["province"].widget.attrs["list"] = "provinces"
        colleagues = Membership.objects.visible_to(self.membership)
        offered = colleagues.active()
        if self.instance.owner_id:  # somebody who has left stays the owner until another is chosen
            offered |= colleagues.filter(pk=self.instance.owner_id)
        self.fields["owner"].queryset = offered.select_related("user").order_by("user__first_name")
        if self.membership.scope("contacts.add") != "all":
            # Whoever is responsible is who may see the contact: not for volunteers to decide. Fundraisers work on their
            # own contacts: the service makes them the owner.
            del self.fields["owner"]
        if self.instance.phone:  # as people write it; the stored form comes back from normalise_phone
            plain, mark, extension = self.instance.phone.partition(" x")
            self.initial["phone"] = f"{show_phone(plain)}{mark}{extension}"
        if self.instance.province:
            self.initial["province"] = province_name(self.instance.province, get_language() or "fr")
        hints = {"first_name": "given-name", "last_name": "family-name", "email": "off", "phone": "off"}
        for name, value in hints.items():
            self.fields[name].widget.attrs["autocomplete"] = value

    @property
    def provinces(self) -> list[str]:
        return [str(label) for _code, label in PROVINCE_CHOICES]

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
