"""What the forms of giving share: the donor found as one types, the campaigns still under way."""

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from crm.contacts import lookup
from crm.contacts.models import Contact
from crm.giving.choices import GOING
from crm.giving.models import Appeal


class DonorMixin(forms.Form):
    """``contact``: the donor is known already and not asked."""

    contact = forms.ModelChoiceField(
        Contact.objects.all(),
        label=_("Donor"),
        widget=lookup.ContactWidget,
        error_messages={"required": _("Choose the donor."), "invalid_choice": _("Choose the donor in the list.")},
    )

    def __init__(self, *args, contact: Contact | None = None, **kwargs) -> None:
        self.donor = contact
        super().__init__(*args, **kwargs)

    def prepare(self, membership) -> None:
        if self.donor:
            del self.fields["contact"]
        super().prepare(membership)
        if "contact" in self.fields:
            self._prepare_donor()
        first = "amount" if self.donor or self.instance.pk else "contact"
        self.fields[first].widget.attrs["autofocus"] = True

    def _prepare_donor(self) -> None:
        field = self.fields["contact"]
        known = field.queryset.filter(pk=self.instance.contact_id)
        field.queryset = field.queryset.active() | known if self.instance.pk else field.queryset.active()
        text = self.instance.contact.name if self.instance.pk else self.initial.get("contact_text", "")
        lookup.prepare(self, "contact", text=text)

    def clean_contact(self) -> Contact:
        return lookup.chosen(self, "contact", unclear=_("Choose the donor in the list."))

    def clean(self) -> dict:
        data = super().clean()
        if "contact" in self.errors:
            lookup.search_again(
                self,
                "contact",
                unclear=_("Choose the donor in the list."),
                nobody=_("Nobody matches this name. Check the spelling, or add the contact first."),
            )
        return data


class CampaignMixin(forms.Form):
    """The campaign and the appeal that are answered."""

    def offer_campaigns(self) -> None:
        """Those still under way, and the one the row has; none at all where the organization runs none."""
        campaigns, appeals = self.fields["campaign"], self.fields["appeal"]
        going = Q(status__in=GOING) | Q(pk=self.instance.campaign_id)
        campaigns.queryset = campaigns.queryset.filter(going).order_by(Lower("name"))
        appeals.queryset = (
            appeals.queryset.filter(Q(campaign__status__in=GOING) | Q(pk=self.instance.appeal_id))
            .select_related("campaign")
            .order_by(Lower("campaign__name"), Lower("name"))
        )
        campaigns.empty_label = appeals.empty_label = pgettext("campaign", "None")
        if not campaigns.queryset.exists():
            del self.fields["campaign"], self.fields["appeal"]

    def clean_appeal(self) -> Appeal | None:
        """An appeal alone says its campaign; a campaign beside the appeal of another one is a slip."""
        appeal, campaign = self.cleaned_data["appeal"], self.cleaned_data.get("campaign")
        if appeal and campaign and appeal.campaign_id != campaign.pk:
            raise ValidationError(_("This appeal is of another campaign."))
        return appeal
