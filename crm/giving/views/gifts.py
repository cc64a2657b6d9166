"""Screens of gifts, in menu order: the list, one gift, recording, editing, refunding, deleting."""

from contextlib import suppress
from datetime import date

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.contacts.models import Contact
from crm.contacts.screens import ForDonorMixin
from crm.core.dates import format_date, today_in
from crm.core.money import format_money
from crm.core.web.actions import Link
from crm.core.web.views import (
    CreateView,
    DeleteView,
    DetailView,
    FormView,
    ListView,
    UpdateView,
)
from crm.giving import queries, services, tributes
from crm.giving.choices import Frequency, GiftStatus, GiftType, Method
from crm.giving.filters import GiftFilter
from crm.giving.forms import GiftForm, RefundForm, ReturnForm
from crm.giving.models import Fund, Gift, Pledge
from crm.giving.tables import GiftTable
from crm.giving.views.shared import TotalsView


class GiftListView(ListView):
    permission = "gifts.view"
    model = Gift
    table_class = GiftTable
    filterset_class = GiftFilter
    actions = (
        Link(gettext_lazy("Statistics"), "giving:gift_months", "chart-bar", "gifts.view"),
        Link(gettext_lazy("Matching gifts"), "giving:claim_list", "building", "gifts.view"),
        Link(gettext_lazy("Import"), "imports:import_list", "upload", "imports.run"),
        Link(gettext_lazy("New gift"), "giving:gift_create", "plus", "gifts.add", primary=True),
    )
    title = gettext_lazy("Gifts")
    template_name = "giving/gift_list.html"
    fragment_name = "giving/_gift_list.html"
    empty_icon = "coin"
    empty_title = gettext_lazy("No gifts yet")
    empty_text = gettext_lazy("Record a first gift, or import the ones you already have.")

    def get_queryset(self):
        return super().get_queryset().newest_first()


class GiftTotalsView(TotalsView):
    permission = "gifts.view"
    model = Gift
    filterset_class = GiftFilter
    count = staticmethod(queries.totals)
    title = gettext_lazy("Total of these gifts")
    fragment_name = "giving/_gift_totals.html"


class GiftDetailView(DetailView):
    permission = "gifts.view"
    model = Gift
    template_name = "giving/gift_detail.html"
    context_name = "gift"

    def get_queryset(self):
        return (
            super()
            .get_queryset()
            .select_related("contact__owner", "fund", "campaign", "appeal", "pledge", "tribute", "recorded_by__user")
        )

    def get_context(self, **context) -> dict:
        gift = self.object
        panels = import_string(settings.GIFT_PANELS)
        may_change = self.membership.can("gifts.change", gift)
        return super().get_context(
            title=_("Gift of %(amount)s") % {"amount": format_money(gift.amount, gift.currency)},
            history=queries.history_of(gift, self.membership),
            reason=queries.why_undone(gift),
            panels=[panel for panel in panels if self.membership.can(panel.permission, gift)],
            may_change=may_change,
            may_refund=may_change and gift.status == GiftStatus.COMPLETED,
            may_return=may_change and queries.may_come_back(gift),
            may_delete=self.membership.can("gifts.delete", gift),
            told_on=tributes.last_told(gift) if gift.tribute_id else None,
            is_foreign=gift.currency != self.membership.organization.currency,
            **context,
        )


class GiftFormMixin:
    """What recording and editing a gift share."""

    model = Gift
    form_class = GiftForm
    template_name = "giving/gift_form.html"

    def get_queryset(self):
        return super().get_queryset().select_related("contact__owner", "fund", "organization", "recorded_by")

    def get_context(self, **context) -> dict:
        funds = Fund.objects.visible_to(self.membership).active().exists()
        return super().get_context(
            has_funds=funds, may_add_contact=self.membership.can("contacts.add"), contact=self.contact, **context
        )

    @property
    def contact(self) -> Contact | None:
        return self.object.contact if self.object else None


class GiftCreateView(GiftFormMixin, CreateView):
    """From the list: the donor is chosen in the form."""

    permission = "gifts.add"
    title = gettext_lazy("New gift")
    submit_label = gettext_lazy("Save the gift")
    donor: Contact | None = None

    @property
    def contact(self) -> Contact | None:
        return self.donor

    def get_initial(self) -> dict:
        """Today, in the organization's money, for the usual fund; after “Another gift”, as the one before."""
        asked = self.request.GET
        initial = {
            "received_on": today_in(self.membership.organization.timezone),
            "currency": self.membership.organization.currency,
            "fund": self.usual_fund,
            "contact_text": asked.get("donor", "").strip()[:200],
        }
        initial |= {name: asked[name] for name in ("campaign", "appeal", "tribute") if asked.get(name, "").isdecimal()}
        initial |= self.from_pledge(asked.get("pledge", ""))
        if asked.get("method") in Method.values:
            initial["method"] = asked["method"]
        with suppress(ValueError):  # no date in the address, or nonsense: today
            initial["received_on"] = min(date.fromisoformat(asked.get("received_on", "")), initial["received_on"])
        return initial

    def from_pledge(self, number: str) -> dict:
        """A payment of a pledge is as it was promised."""
        if self.donor is None or not number.isdecimal():
            return {}
        pledge = Pledge.objects.visible_to(self.membership).filter(contact=self.donor, pk=number).first()
        if pledge is None:
            return {}
        kind = GiftType.ONE_TIME if pledge.frequency == Frequency.ONE_TIME else GiftType.RECURRING
        names = ("amount", "currency", "fund", "campaign", "appeal")
        return {"pledge": pledge, "type": kind} | {name: getattr(pledge, name) for name in names}

    def usual_fund(self) -> Fund | None:
        """The fund of the gift before, else the one proposed, else the only one. Asked for when the form is drawn."""
        funds = list(Fund.objects.visible_to(self.membership).active().order_by("-is_default", "code"))
        wanted = self.request.GET.get("fund", "")
        usual = funds[0] if funds and (funds[0].is_default or len(funds) == 1) else None
        return next((fund for fund in funds if str(fund.pk) == wanted), usual)

    def get_form(self, data=None, files=None) -> GiftForm:
        return self.form_class(data, files, initial=self.get_initial(), membership=self.membership, contact=self.donor)

    def act(self, form: GiftForm) -> Gift:
        return services.record_gift(**form.values, by=self.membership)

    def get_success_message(self) -> str:
        gift = self.object
        again = {"received_on": gift.received_on.isoformat(), "method": gift.method}
        same = (
            ("fund", gift.fund_id),
            ("campaign", gift.campaign_id),
            ("appeal", gift.appeal_id),
            ("tribute", gift.tribute_id),
        )
        again |= {name: pk for name, pk in same if pk}
        return format_html(
            '{} <a href="{}?{}">{}</a>',
            _("Gift of %(amount)s recorded.") % {"amount": format_money(gift.amount, gift.currency)},
            self.url("giving:gift_create"),
            urlencode(again),
            _("Another gift"),
        )

    def get_success_url(self) -> str:
        return self.object.contact.get_absolute_url()

    def get_cancel_url(self) -> str:
        return self.donor.get_absolute_url() if self.donor else self.url("giving:gift_list")


class GiftCreateForView(ForDonorMixin, GiftCreateView):
    """From the donor's page: the donor is known."""

    permission = "gifts.add"
    archived = gettext_lazy("This contact is archived. Restore it before recording a gift.")


class GiftUpdateView(GiftFormMixin, UpdateView):
    permission = "gifts.change"
    title = gettext_lazy("Edit the gift")
    submit_label = gettext_lazy("Save the gift")
    success_message = gettext_lazy("The gift is saved.")

    def act(self, form: GiftForm) -> Gift:
        self.former = form.receipt
        return services.correct_gift(self.object, **form.values, by=self.membership)

    def get_success_message(self) -> str:
        number = queries.live_receipt_number(self.object)
        if number == self.former:
            return super().get_success_message()
        words = {"number": number, "former": self.former}
        return _("The gift is saved. Receipt %(number)s cancels and replaces receipt %(former)s.") % words


class GiftRefundView(FormView):
    """The money went back: asks why."""

    permission = "gifts.change"
    model = Gift
    form_class = RefundForm
    title = gettext_lazy("Refund this gift?")
    submit_label = gettext_lazy("Refund the gift")
    success_message = gettext_lazy("The gift is refunded. It no longer counts in any total.")
    template_name = "generic/confirm.html"

    def load(self) -> None:
        self.object = self.get_object()

    def get_queryset(self):
        return super().get_queryset().select_related("contact__owner")

    def act(self, form: RefundForm) -> Gift:
        return services.refund_gift(self.object, **form.cleaned_data, by=self.membership)

    def get_question(self) -> str:
        return _(
            "The gift of %(amount)s by %(donor)s stays in the history, marked as refunded, and leaves every total."
        )

    def get_context(self, **context) -> dict:
        gift = self.object
        question = self.get_question() % {
            "amount": format_money(gift.amount, gift.currency),
            "donor": gift.contact.name,
        }
        return super().get_context(question=question, danger=True, **context)


class GiftReturnView(GiftRefundView):
    """The bank took the payment back: asks what it said."""

    permission = "gifts.change"
    form_class = ReturnForm
    title = gettext_lazy("The payment came back?")
    submit_label = gettext_lazy("Mark as returned")
    success_message = gettext_lazy("The payment is marked as returned. It no longer counts in any total.")

    def act(self, form: ReturnForm) -> Gift:
        return services.return_gift(self.object, **form.cleaned_data, by=self.membership)

    def get_question(self) -> str:
        return _("The gift of %(amount)s by %(donor)s stays in the history, marked as failed, and leaves every total.")


class GiftDeleteView(DeleteView):
    permission = "gifts.delete"
    model = Gift
    service = staticmethod(services.delete_gift)
    title = gettext_lazy("Delete this gift?")
    submit_label = gettext_lazy("Delete the gift")
    success_message = gettext_lazy("The gift is deleted. The donor’s timeline says so.")
    template_name = "giving/gift_delete.html"

    def get_queryset(self):
        return super().get_queryset().select_related("contact__owner")

    def get_question(self, gift: Gift) -> str:
        return _(
            "Delete only a gift that never existed, such as one entered twice: the gift of %(amount)s by %(donor)s, "
            "received on %(date)s, disappears from the lists and totals. If the money was given back, refund it instead."
        ) % {
            "amount": format_money(gift.amount, gift.currency),
            "donor": gift.contact.name,
            "date": format_date(gift.received_on),
        }

    def ask(self, gift: Gift, *, error: str = "", status: int = 200) -> HttpResponse:
        if problem := queries.why_not_deletable(gift):
            context = {
                "view": self,
                "object": gift,
                "title": _("This gift cannot be deleted"),
                "problem": problem,
                "may_refund": self.membership.can("gifts.change", gift) and gift.status == "completed",
            }
            return render(self.request, "giving/gift_kept.html", context, status=status)
        return super().ask(gift, error=error, status=status)

    def get_success_url(self, gift: Gift, result) -> str:
        return gift.contact.get_absolute_url()
