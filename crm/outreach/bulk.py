"""Writing to many people at once, from giving's queues: to thank donors, to tell families."""

from contextlib import suppress

from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from crm.contacts.choices import Channel as Consented
from crm.contacts.consent import contactable, refused
from crm.contacts.models import Contact
from crm.core.acts import BulkAction, numbered
from crm.core.dates import today_in
from crm.core.operations import Undone
from crm.core.web.forms import CrmForm
from crm.giving import tributes
from crm.giving.choices import ThanksStatus
from crm.outreach import notices, services, thanking
from crm.outreach.choices import Purpose
from crm.outreach.merge import MissingValue
from crm.outreach.messages import Message
from crm.outreach.models import MessageTemplate, SuppressedAddress


class TemplateForm(CrmForm):
    template = forms.ModelChoiceField(
        MessageTemplate.objects.all(), label=_("Text"), required=False, empty_label=_("Merci’s usual words")
    )

    def __init__(self, *args, purpose: str, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        own = self.fields["template"].queryset.active().filter(purpose=purpose).order_by("name")
        self.fields["template"].queryset = own
        self.initial.setdefault("template", own.first())


class WriteAction(BulkAction):
    """``contact`` is the path from a row to who is written to; ``settled`` says which rows need nothing any more."""

    permission = "outreach.run"
    contact = ""
    purpose = ""
    reasons = {
        "settled": _("No longer waiting"),
        "peace": _("Must not be contacted, archived or deceased"),
        "address": _("No postal address"),
        "email": _("No e-mail address"),
        "bounced": _("The address does not work"),
        "consent": _("No consent to e-mails"),
        "refused": _("Does not want to be written to this way"),
        "printed": _("Printed already"),
    }

    @property
    def owner_path(self) -> str:
        return f"{self.contact}__owner"

    @property
    def together(self) -> str:
        """One message a person, for all of their rows."""
        return self.contact

    def may(self, by) -> bool:
        return super().may(by) and by.can("thanks.change")

    def form(self, data=None, *, by) -> TemplateForm:
        return TemplateForm(data, membership=by, purpose=self.purpose)

    def of_contact(self, **tests) -> Q:
        """Any of these of the contact."""
        found = Q()
        for name, value in tests.items():
            found |= Q(**{f"{self.contact}__{name}": value})
        return found

    def sample(self, rows: QuerySet, *, data: dict, by) -> Message | None:
        """The first message, as it would leave."""
        template = data["template"] if data else self.form(by=by).initial["template"]
        with suppress(MissingValue):  # told when it is done, with the field
            return next(iter(self.composed(rows.order_by("pk"), template)), None)

    def composed(self, rows: QuerySet, template: MessageTemplate | None) -> list[Message]:
        """What the first of ``rows`` would receive."""
        raise NotImplementedError

    def settled(self) -> Q:
        raise NotImplementedError

    def unreachable(self, by) -> dict[str, Q]:
        raise NotImplementedError

    def skips(self, *, data: dict, by) -> dict[str, Q]:
        peace = self.of_contact(
            is_deceased=True, do_not_contact=True, anonymized_at__isnull=False, archived_at__isnull=False
        )
        return {"settled": self.settled(), "peace": peace} | self.unreachable(by)


class ByLetter(WriteAction):
    code, icon = "letters", "mail"

    def unreachable(self, by) -> dict[str, Q]:
        said_no = Q(refused(self.contact, Consented.MAIL))
        return {"address": self.of_contact(address_line1="", city=""), "refused": said_no}


class ByEmail(WriteAction):
    code, icon = "emails", "send"
    undoable = False

    def unreachable(self, by) -> dict[str, Q]:
        dead = SuppressedAddress.objects.of_outer(f"{self.contact}__")
        return {"email": self.of_contact(email=""), "bounced": Q(Exists(dead))}


class ThankAction(WriteAction):
    contact = "gift__contact"
    purpose = Purpose.THANKS

    def settled(self) -> Q:
        return ~Q(status=ThanksStatus.DUE)

    def composed(self, rows: QuerySet, template: MessageTemplate | None) -> list[Message]:
        rows = rows.select_related("organization", "gift__contact", "gift__fund")
        first = rows.first()
        return thanking.compose(rows.filter(gift__contact=first.gift.contact_id), template=template) if first else []


class ThankByLetter(ThankAction, ByLetter):
    label = _("Thank by letter")
    explanation = _(
        "One letter a donor, in their language, for all of these gifts. They then wait to be printed together."
    )

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


class ThankByEmail(ThankAction, ByEmail):
    label = _("Thank by e-mail")
    explanation = _(
        "One e-mail a donor, in their language, for all of these gifts. It leaves at once and cannot be taken back."
    )

    def unreachable(self, by) -> dict[str, Q]:
        today = today_in(by.organization.timezone)
        may = contactable(Contact.objects.filter(pk=OuterRef(self.contact)), Consented.EMAIL, today=today)
        return super().unreachable(by) | {"consent": ~Q(Exists(may))}

    def run(self, ids: list[int], *, data: dict, by) -> dict:
        return services.thank_by_email(ids, template=data["template"], by=by)

    def said(self, count: int, data: dict) -> str:
        return numbered(ngettext("Send for %(count)s gift", "Send for %(count)s gifts", count), count)

    def told(self, count: int, data: dict) -> str:
        words = ngettext(
            "%(count)s gift is thanked for by e-mail.", "%(count)s gifts are thanked for by e-mail.", count
        )
        return numbered(words, count)


class NoticeAction(WriteAction):
    contact = "contact"
    purpose = Purpose.NOTICE

    def settled(self) -> Q:
        return ~Q(tributes.is_waiting())

    def composed(self, rows: QuerySet, template: MessageTemplate | None) -> list[Message]:
        first = rows.select_related("organization", "tribute", "contact")[:1]
        return notices.compose(tributes.waiting_of(first), template=template)


class NotifyByLetter(NoticeAction, ByLetter):
    label = _("Tell by letter")
    explanation = _(
        "One letter for each of them, in their language, with the names of the donors and no amounts. The letters then "
        "wait to be printed together."
    )

    def run(self, ids: list[int], *, data: dict, by) -> dict:
        return services.notify_by_letter(ids, template=data["template"], by=by)

    def undo(self, data: dict, *, by) -> Undone:
        return services.take_notice_letters_back(data, by=by)

    def said(self, count: int, data: dict) -> str:
        return numbered(ngettext("Write %(count)s letter", "Write %(count)s letters", count), count)

    def told(self, count: int, data: dict) -> str:
        words = ngettext(
            "%(count)s letter waits to be printed, under Communications.",
            "%(count)s letters wait to be printed, under Communications.",
            count,
        )
        return numbered(words, count)


class NotifyByEmail(NoticeAction, ByEmail):
    """A notice offers nothing for sale: the anti-spam law does not ask consent for it (S.C. 2010, c. 23, s. 1(2)); a
    refusal is obeyed all the same.
    """

    label = _("Tell by e-mail")
    explanation = _(
        "One e-mail for each of them, in their language, with the names of the donors and no amounts. It leaves at once "
        "and cannot be taken back."
    )

    def unreachable(self, by) -> dict[str, Q]:
        return super().unreachable(by) | {"refused": Q(refused(self.contact, Consented.EMAIL))}

    def run(self, ids: list[int], *, data: dict, by) -> dict:
        return services.notify_by_email(ids, template=data["template"], by=by)

    def said(self, count: int, data: dict) -> str:
        return numbered(ngettext("Send %(count)s e-mail", "Send %(count)s e-mails", count), count)

    def told(self, count: int, data: dict) -> str:
        return numbered(ngettext("%(count)s e-mail is sent.", "%(count)s e-mails are sent.", count), count)
