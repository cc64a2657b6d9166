"""Thanking many donors at once, from giving's queue: by letter, by e-mail."""

from django import forms
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from crm.contacts.consent import contactable
from crm.contacts.models import Contact
from crm.core.acts import BulkAction, numbered
from crm.core.dates import today_in
from crm.core.operations import Undone
from crm.core.web.forms import CrmForm
from crm.giving.choices import ThanksStatus
from crm.outreach import services
from crm.outreach.models import MessageTemplate


class TemplateForm(CrmForm):
    template = forms.ModelChoiceField(
        MessageTemplate.objects.all(), label=_("Text"), required=False, empty_label=_("Merci’s usual words")
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        own = self.fields["template"].queryset.active().order_by("name")
        self.fields["template"].queryset = own
        self.initial.setdefault("template", own.first())


class ThankByMessage(BulkAction):
    permission = "outreach.run"
    owner_path = "gift__contact__owner"
    form_class = TemplateForm
    reasons = {
        "settled": _("No longer waiting"),
        "peace": _("Must not be contacted, archived or deceased"),
        "address": _("No postal address"),
        "email": _("No e-mail address"),
        "consent": _("No consent to e-mails"),
        "printed": _("Printed already"),
    }

    def may(self, by) -> bool:
        return super().may(by) and by.can("thanks.change")

    def skips(self, *, data: dict, by) -> dict[str, Q]:
        peace = Q(gift__contact__is_deceased=True) | Q(gift__contact__do_not_contact=True)
        peace |= Q(gift__contact__anonymized_at__isnull=False) | Q(gift__contact__archived_at__isnull=False)
        return {"settled": ~Q(status=ThanksStatus.DUE), "peace": peace} | self.unreachable(by)

    def unreachable(self, by) -> dict[str, Q]:
        raise NotImplementedError


class ThankByLetter(ThankByMessage):
    code, icon = "letters", "mail"
    label = _("Thank by letter")
    explanation = _(
        "One letter a donor, in their language, for all of these gifts. They then wait to be printed together."
    )

    def unreachable(self, by) -> dict[str, Q]:
        return {"address": Q(gift__contact__address_line1="") | Q(gift__contact__city="")}

    def run(self, ids: list[int], *, data: dict, by) -> dict:
        return services.thank_by_letter(ids, template=data["template"], by=by)

    def undo(self, data: dict, *, by) -> Undone:
        return services.take_letters_back(data, by=by)

    def said(self, count: int, data: dict) -> str:
        return numbered(ngettext("Write for %(count)s gift", "Write for %(count)s gifts", count), count)

    def told(self, count: int, data: dict) -> str:
        words = ngettext(
            "%(count)s gift is thanked for. Its letter waits to be printed, under Communications.",
            "%(count)s gifts are thanked for. Their letters wait to be printed, under Communications.",
            count,
        )
        return numbered(words, count)


class ThankByEmail(ThankByMessage):
    code, icon = "emails", "send"
    label = _("Thank by e-mail")
    explanation = _(
        "One e-mail a donor, in their language, for all of these gifts. It leaves at once and cannot be taken back."
    )
    undoable = False

    def unreachable(self, by) -> dict[str, Q]:
        today = today_in(by.organization.timezone)
        may = contactable(Contact.objects.filter(pk=OuterRef("gift__contact")), "email", today=today)
        return {"email": Q(gift__contact__email=""), "consent": ~Q(Exists(may))}

    def run(self, ids: list[int], *, data: dict, by) -> dict:
        return services.thank_by_email(ids, template=data["template"], by=by)

    def said(self, count: int, data: dict) -> str:
        return numbered(ngettext("Send for %(count)s gift", "Send for %(count)s gifts", count), count)

    def told(self, count: int, data: dict) -> str:
        words = ngettext(
            "%(count)s gift is thanked for by e-mail.", "%(count)s gifts are thanked for by e-mail.", count
        )
        return numbered(words, count)
