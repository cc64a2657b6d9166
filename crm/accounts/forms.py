"""Forms for the organization, the team and one's own profile."""

from zoneinfo import available_timezones

from crispy_forms.layout import Div, Fieldset
from django import forms
from django.contrib.auth import password_validation
from django.utils.translation import gettext_lazy as _

from crm.accounts.choices import Language, ReceiptLaw, Role, Sends
from crm.accounts.models import Invitation, Membership, Organization, SavedView, User
from crm.accounts.rules import NEEDED
from crm.accounts.validators import MAX_IMAGE_BYTES
from crm.core import charity_numbers
from crm.core.phones import normalise_phone, show_phone
from crm.core.web.forms import AmountField, CrmForm, CrmModelForm

CANADIAN_ZONES = {
    "America/St_Johns": "St. John’s",
    "America/Halifax": "Halifax",
    "America/Moncton": "Moncton",
    "America/Toronto": "Montréal, Ottawa, Toronto",
    "America/Winnipeg": "Winnipeg",
    "America/Regina": "Regina",
    "America/Edmonton": "Calgary, Edmonton",
    "America/Vancouver": "Vancouver",
    "America/Whitehorse": "Whitehorse",
    "America/Yellowknife": "Yellowknife",
    "America/Iqaluit": "Iqaluit",
}
ROLE_HINTS = {
    Role.ADMIN: _("Everything, people and settings included."),
    Role.FUNDRAISER: _("Their own contacts, and what hangs off them."),
    Role.FINANCE: _("Gifts, official receipts and imports of gifts; contacts to read."),
    Role.MEMBER: _("Contacts to correct and annotate; nothing about payments."),
    Role.READ_ONLY: _("Everything to read, nothing to change."),
}


def zone_choices() -> list:
    """The zones of Canada first, by city, from east to west, then every other one."""
    others = sorted(zone for zone in available_timezones() if "/" in zone and zone not in CANADIAN_ZONES)
    return [
        (_("Canada"), list(CANADIAN_ZONES.items())),
        (_("Elsewhere"), [(zone, zone.replace("_", " ")) for zone in others]),
    ]


def role_choices() -> list:
    """The roles, each with a sentence that says what it is for."""
    return [(role.value, _("%(role)s. %(hint)s") % {"role": role.label, "hint": ROLE_HINTS[role]}) for role in Role]


class ZoneMixin:
    """A time zone is chosen, never typed."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        label = self.fields["timezone"].label
        self.fields["timezone"] = forms.ChoiceField(choices=zone_choices, label=label)


NUMBER_SHAPES = {
    ReceiptLaw.CANADA: _("Nine digits, RR and four digits: 119219814 RR0001."),
    ReceiptLaw.UNITED_STATES: _("Employer identification number (EIN): 53-0196605."),
    ReceiptLaw.FRANCE: _("SIREN (775 672 272) or RNA number (W751000000)."),
}


class OrganizationForm(ZoneMixin, CrmModelForm):
    """Everything an organization says about itself, French and English side by side."""

    registration_number = forms.CharField(max_length=30, required=False, label=_("Charity registration number"))
    website = forms.URLField(required=False, assume_scheme="https", label=_("Website"))
    thank_task_from = AmountField(
        required=False,
        label=_("Plan a call of thanks for gifts of at least"),
        help_text=_("Empty: no task is planned. The queue of thank-yous holds every gift anyway."),
    )
    sections = (
        (_("Who you are"), ("name", "email", "phone", "website", "logo")),
        (
            _("On official receipts"),
            ("receipt_law", "legal_name", "address", "registration_number", "purpose", "legal_status", "receipt_place",
             "signatory_name", "signatory_title", "signature", "receipt_thanks", "receipt_qr", "receipt_signing",
             "receipt_preference", "receipt_by_link", "receipt_copy_to"),
        ),
        (_("Language, money, time and paper"),
         ("default_language", "currency", "fiscal_year_start", "timezone", "paper")),
        (_("Ways of working"), ("fundraisers_record_gifts", "thank_task_from", "plans_follow_ups", "at_risk_after")),
    )  # fmt: skip

    class Meta:
        model = Organization
        fields = (
            "name_fr", "name_en", "email", "phone", "website", "logo", "receipt_law", "legal_name_fr", "legal_name_en",
            "address_fr", "address_en", "registration_number", "purpose", "legal_status", "receipt_place_fr",
            "receipt_place_en", "signatory_name", "signatory_title_fr", "signatory_title_en", "signature",
            "receipt_thanks_fr", "receipt_thanks_en", "receipt_qr", "receipt_signing", "receipt_preference", "receipt_by_link",
            "receipt_copy_to", "default_language",
            "currency", "fiscal_year_start", "timezone", "paper", "fundraisers_record_gifts", "at_risk_after",
            "thank_task_from", "plans_follow_ups",
        )  # fmt: skip
        widgets = {
            "address_fr": forms.Textarea(attrs={"rows": 3}),
            "address_en": forms.Textarea(attrs={"rows": 3}),
            "default_language": forms.RadioSelect,
            "receipt_preference": forms.RadioSelect,
            "receipt_law": forms.RadioSelect,
            "paper": forms.RadioSelect,
        }
        help_texts = {
            "receipt_law": _(
                "It decides the words, the amounts and the currency. What was issued before stays as it is."
            ),
            "purpose": _("In a few words, as in its articles."),
            "legal_status": _("As the form of the tax office names it."),
            "receipt_qr": _(
                "It opens the page that says whether a receipt still counts. Its address is printed in any case."
            ),
            "receipt_signing": _(
                "Readers of PDF files then show any change. They say that the issuer of the certificate is unknown, since it is "
                "your own: tell whoever asks."
            ),
            "receipt_by_link": _("It opens the file for 400 days, and stops when the receipt is voided."),
            "paper": _("Of letters, receipts and slips."),
            "receipt_preference": _("A donor, and a gift, may have another preference."),
            "receipt_copy_to": _(
                "The same e-mail, with the file, goes to this address too: your archive. Empty: to nobody."
            ),
        }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        law = ReceiptLaw(self.instance.receipt_law)
        self.initial["registration_number"] = charity_numbers.written(self.instance.registration_number, law, space=" ")
        self.fields["registration_number"].help_text = NUMBER_SHAPES[law]
        if law == ReceiptLaw.CANADA:
            self.fields["address_fr"].help_text = self.fields["address_en"].help_text = _("As recorded with the CRA.")
        if law != ReceiptLaw.FRANCE:
            del self.fields["purpose"], self.fields["legal_status"]
        self.initial["phone"] = show_phone(self.instance.phone) if self.instance.phone else ""
        for name in ("logo", "signature"):
            self.fields[name].widget.attrs["accept"] = "image/png,image/jpeg"
            self.fields[name].help_text = _("PNG or JPEG, up to %(size)d MB. It is shown on white.") % {
                "size": MAX_IMAGE_BYTES // 1024 // 1024
            }
        for name in NEEDED[law]:
            for field in (name, f"{name}_fr", f"{name}_en"):
                if field in self.fields:
                    self._mark_needed(self.fields[field])

    def _mark_needed(self, field: forms.Field) -> None:
        said = _("Needed on receipts.")
        field.help_text = f"{said} {field.help_text}" if field.help_text else said

    def _section(self, title, names) -> Fieldset:
        rows = []
        for name in names:
            if f"{name}_fr" in self.fields:
                pair = (Div(f"{name}_{language}", css_class="col-md-6") for language in ("fr", "en"))
                rows.append(Div(*pair, css_class="row row-gap-3 mb-3"))
            elif name in self.fields:
                rows.append(name)
        return Fieldset(title, *rows, css_class="mc-section")

    def clean_registration_number(self) -> str:
        """Whether it is right is said by the organization, which knows the law chosen beside it."""
        return charity_numbers.compact(self.cleaned_data["registration_number"])

    def clean_phone(self) -> str:
        return normalise_phone(self.cleaned_data["phone"])

    def clean(self) -> dict:
        data = super().clean()
        if not data.get("name_fr") and not data.get("name_en"):
            self.add_error("name_fr", _("Give the name in at least one language."))
        return data


class RoleMixin:
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"] = forms.ChoiceField(choices=role_choices, label=_("Role"), widget=forms.RadioSelect)


class MemberForm(RoleMixin, CrmModelForm):
    sections = (("", ("job_title", "role", "is_active")),)

    class Meta:
        model = Membership
        fields = ("job_title", "role", "is_active")
        labels = {"is_active": _("Has access to this organization")}
        help_texts = {
            "is_active": _(
                "Without it, the person no longer gets in, at once. What they did stays under their name, and they can come back."
            )
        }


class InvitationForm(RoleMixin, CrmModelForm):
    sections = (("", ("email", "role", "language")),)

    class Meta:
        model = Invitation
        fields = ("email", "role", "language")
        labels = {"language": _("Language of the invitation")}
        widgets = {"language": forms.RadioSelect}

    def clean_email(self) -> str:
        return self.cleaned_data["email"].strip().lower()


class AcceptForm(CrmForm):
    """The account of a newly invited person."""

    first_name = forms.CharField(
        label=_("First name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    last_name = forms.CharField(
        label=_("Last name"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Ten characters or more; a few words in a row are easy to remember and hard to guess."),
    )

    def __init__(self, *args, email: str, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean(self) -> dict:
        data = super().clean()
        if password := data.get("password"):
            person = User(email=self.email, first_name=data.get("first_name", ""), last_name=data.get("last_name", ""))
            try:
                password_validation.validate_password(password, person)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return data


class ProfileForm(ZoneMixin, CrmModelForm):
    sections = (
        (_("You"), ("first_name", "last_name")),
        (_("Language and appearance"), ("language", "theme", "timezone")),
    )

    class Meta:
        model = User
        fields = ("first_name", "last_name", "language", "theme", "timezone")
        widgets = {"language": forms.RadioSelect, "theme": forms.RadioSelect}

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        # Each language is called by its own name: whoever cannot read the present one must find theirs.
        self.fields["language"].choices = [(Language.FR.value, "Français"), (Language.EN.value, "English")]


class PreferencesForm(CrmModelForm):
    """The digest of one organization."""

    class Meta:
        model = Membership
        fields = ("wants_digest", "digest_rhythm", "digest_hour")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["digest_hour"] = forms.TypedChoiceField(
            choices=[(hour, _("%(hour)d:00") % {"hour": hour}) for hour in range(24)],
            coerce=int,
            label=_("Hour of the digest"),
        )


class SavedViewForm(CrmModelForm):
    """A name, who sees it, when it comes by e-mail; what the view shows is the list it was made from."""

    sections = (("", ("name", "is_shared", "is_pinned")), (_("By e-mail"), ("sends", "sends_as")))

    class Meta:
        model = SavedView
        fields = ("name", "is_shared", "is_pinned", "sends", "sends_as")
        labels = {"is_shared": _("Shared with the team")}
        widgets = {"name": forms.TextInput(attrs={"autofocus": True})}

    def prepare(self, membership) -> None:
        """A list leaves as a file for those only who may take it out, and to whoever made the view."""
        is_mine = self.instance.pk is None or self.instance.is_owned_by(membership)
        if not (is_mine and membership.can("exports.run")):
            del self.fields["sends"], self.fields["sends_as"]
        else:
            self.fields["sends"].choices = [("", _("Never")), *Sends.choices]
            self.fields["sends"].help_text = _("In the morning, to your address: a link to the file of that day.")
            self.fields["sends_as"].required = False
        super().prepare(membership)

    def _post_clean(self) -> None:
        """The service validates the row; a half-built one here would only repeat errors."""
