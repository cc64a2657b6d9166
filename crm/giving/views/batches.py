"""Screens of batches: the list, the grid where one types, the review and the posting, the deposit."""

import secrets
from uuid import UUID

from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from crm.contacts import lookup
from crm.contacts.models import Contact
from crm.contacts.queries import find_contacts
from crm.core.dates import today_in
from crm.core.errors import ChangedMeanwhile, DomainError
from crm.core.money import format_money
from crm.core.web.actions import Link
from crm.core.web.views import (
    ActionView,
    CreateView,
    DeleteView,
    DetailView,
    FormView,
    ListView,
    ScopedView,
    UpdateView,
)
from crm.giving import batches, services, slips
from crm.giving.choices import Method
from crm.giving.filters import BatchFilter
from crm.giving.forms import BatchForm, BatchReopenForm, DepositForm, PostForm, RowForm
from crm.giving.forms.batches import shown
from crm.giving.models import Fund, GiftBatch
from crm.giving.tables_batches import BatchTable


class BatchListView(ListView):
    permission = "gifts.view"
    model = GiftBatch
    table_class = BatchTable
    filterset_class = BatchFilter
    actions = (Link(gettext_lazy("New batch"), "giving:batch_create", "plus", "gifts.add", primary=True),)
    title = gettext_lazy("Batch entry")
    empty_icon = "keyboard"
    empty_title = gettext_lazy("No batches yet")
    empty_text = gettext_lazy(
        "Type a pile of envelopes one after the other, without the mouse. Merci compares it with the slip before "
        "anything counts."
    )

    def get_queryset(self):
        return super().get_queryset().order_by("-pk")


class OneBatchMixin:
    model = GiftBatch

    def get_queryset(self):
        rows = super().get_queryset()
        return rows.select_related("organization", "fund", "campaign", "appeal", "opened_by__user", "posted_by__user")


class BatchFormMixin(OneBatchMixin):
    form_class = BatchForm

    def get_cancel_url(self) -> str:
        return self.object.get_absolute_url() if self.object else self.url("giving:batch_list")


class BatchCreateView(BatchFormMixin, CreateView):
    permission = "gifts.add"
    service = staticmethod(services.open_batch)
    title = gettext_lazy("New batch")
    submit_label = gettext_lazy("Begin typing")

    def get_initial(self) -> dict:
        funds = list(Fund.objects.visible_to(self.membership).active().order_by("-is_default", "code")[:2])
        usual = funds[0] if funds and (funds[0].is_default or len(funds) == 1) else None
        return {"received_on": today_in(self.membership.organization.timezone), "fund": usual}


class BatchUpdateView(BatchFormMixin, UpdateView):
    permission = "gifts.add"
    service = staticmethod(services.change_batch)
    title = gettext_lazy("What the slip says")
    success_message = gettext_lazy("The batch is saved.")


def line_of(checked: batches.Checked) -> dict:
    """A line as the grid draws it, from the server or after each saving."""
    row = checked.row
    return {
        "key": str(row.key),
        "version": row.version,
        "contact": row.contact_id or "",
        "cells": shown(row),
        "problems": {cell: str(problem) for cell, problem in checked.problems.items()},
        "state": render_to_string("giving/_batch_state.html", {"line": checked}),
    }


class BatchDetailView(OneBatchMixin, DetailView):
    """The grid while the batch is open; the gifts it became once it is posted."""

    permission = "gifts.view"
    template_name = "giving/batch_detail.html"
    context_name = "batch"

    def get_context(self, **context) -> dict:
        batch = self.object
        review = batches.review(batch, by=self.membership)
        may_type = batch.is_open and self.membership.can("gifts.add", batch)
        return super().get_context(
            title=_("Batch no. %(number)s") % {"number": batch.number},
            review=review,
            lines=[line_of(line) for line in review.lines] if may_type else (),
            may_type=may_type,
            may_reopen=not batch.is_open and self.membership.can("gifts.delete", batch),
            may_deposit=not batch.is_open and self.membership.can("gifts.change", batch),
            funds=self.funds(review) if may_type else (),
            methods=Method.choices,
            submission=secrets.token_urlsafe(16),
            **context,
        )

    def funds(self, review: batches.Review) -> list[Fund]:
        """Those in use, and those the lines have."""
        used = {line.row.fund_id for line in review.lines} | {self.object.fund_id}
        rows = Fund.objects.visible_to(self.membership)
        return list((rows.active() | rows.filter(pk__in=used - {None})).order_by("code"))


class RowView(OneBatchMixin, ScopedView):
    """What the grid sends line by line; answers JSON. 409: the line or the batch is no longer what the page shows."""

    abstract = True
    http_method_names = ("post",)

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        batch = self.get_object()
        form = RowForm(request.POST, batch=batch, membership=self.membership)
        if not form.is_valid():
            return JsonResponse({"refused": _("This line could not be read. Reload the page.")}, status=422)
        key = form.cleaned_data["key"]
        try:
            self.act(batch, form)
        except ChangedMeanwhile as error:
            return JsonResponse(self.told(batch, key) | {"changed": str(error)}, status=409)
        except DomainError as error:
            return JsonResponse({"refused": str(error)}, status=409)
        return JsonResponse(self.told(batch, key))

    def told(self, batch: GiftBatch, key: UUID) -> dict:
        """The line as it is now, and where the batch stands."""
        review = batches.review(batch, by=self.membership)
        line = review.line(key)
        context = {"review": review, "batch": batch, "membership": self.membership}
        return {
            "line": line_of(line) if line else None,
            "balance": render_to_string("giving/_batch_balance.html", context),
            "may_be_posted": review.may_be_posted,
            "doubtful": [str(one.row.key) for one in review.doubtful],
        }


class RowSaveView(RowView):
    permission = "gifts.add"

    def act(self, batch: GiftBatch, form: RowForm) -> None:
        services.save_row(batch, **form.values, by=self.membership)


class RowRemoveView(RowView):
    permission = "gifts.add"

    def act(self, batch: GiftBatch, form: RowForm) -> None:
        services.remove_row(batch, key=form.cleaned_data["key"], by=self.membership)


class BatchDonorsView(ScopedView):
    """Finding the donor of a line: with their last gift, to tell two people of one name apart."""

    permission = "gifts.add"
    model = Contact

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        found = find_contacts(self.membership, request.GET.get("q", "")[:200].replace("\x00", " "), limit=8)
        prefetch_related_objects(found, "summary")
        return JsonResponse(lookup.answer(found, detail=self.detail))

    @staticmethod
    def detail(contact: Contact) -> str:
        """“Trois-Rivières · last gift $50.00”"""
        summary = getattr(contact, "summary", None)
        if summary is None or summary.last_amount is None:
            gave = _("never gave")
        else:
            gave = _("last gift %(amount)s") % {"amount": format_money(summary.last_amount, summary.last_currency)}
        return " · ".join(part for part in (contact.city, gave) if part)


class BatchPostView(OneBatchMixin, FormView):
    """The whole batch looked at, line by line, before it counts; then posted, once."""

    permission = "gifts.add"
    form_class = PostForm
    template_name = "giving/batch_review.html"
    title = gettext_lazy("Check the batch")

    def load(self) -> None:
        self.object = self.get_object()

    def act(self, form: PostForm) -> GiftBatch:
        confirmed = form.cleaned_data["confirmed"]
        return services.post_batch(self.object, doubts_confirmed=confirmed, by=self.membership)

    def get_success_message(self) -> str:
        posted = batches.balance_of(self.object, self.object.rows.all())
        words = ngettext("%(count)d gift posted: %(total)s.", "%(count)d gifts posted: %(total)s.", posted.count)
        total = format_money(posted.total, self.membership.organization.currency)
        return words % {"count": posted.count, "total": total}

    def get_context(self, **context) -> dict:
        review = batches.review(self.object, by=self.membership)
        return super().get_context(batch=self.object, review=review, **context)


class BatchDeleteView(OneBatchMixin, DeleteView):
    permission = "gifts.add"
    service = staticmethod(services.delete_batch)
    title = gettext_lazy("Throw this batch away?")
    submit_label = gettext_lazy("Throw it away")
    success_message = gettext_lazy("The batch is gone.")
    list_url_name = "giving:batch_list"

    def get_question(self, batch: GiftBatch) -> str:
        count = batch.rows.count()
        words = ngettext(
            "The %(count)d line typed in it goes with it. No gift is touched.",
            "The %(count)d lines typed in it go with it. No gift is touched.",
            count,
        )
        return words % {"count": count}


class BatchActMixin(OneBatchMixin):
    """An act on a posted batch that asks something first."""

    template_name = "generic/confirm.html"
    question = ""

    def load(self) -> None:
        self.object = self.get_object()

    def get_context(self, **context) -> dict:
        return super().get_context(question=self.question, **context)


class BatchReopenView(BatchActMixin, FormView):
    permission = "gifts.delete"
    form_class = BatchReopenForm
    title = gettext_lazy("Open this batch again?")
    submit_label = gettext_lazy("Open it again")
    success_message = gettext_lazy("The batch is open again. Its gifts no longer count until you post it.")
    question = gettext_lazy(
        "Its gifts go as if they had never been posted, and its lines can be typed again. It is all or nothing: where one "
        "of the gifts was changed, thanked for, receipted or closed since, correct the gifts one by one instead."
    )

    def act(self, form: BatchReopenForm) -> GiftBatch:
        return services.reopen_batch(self.object, **form.cleaned_data, by=self.membership)


class BatchDepositView(BatchActMixin, FormView):
    permission = "gifts.change"
    form_class = DepositForm
    title = gettext_lazy("Mark as deposited")
    submit_label = gettext_lazy("Mark as deposited")
    success_message = gettext_lazy("The batch is marked as deposited.")
    question = gettext_lazy(
        "The cheques and cash of this batch are at the bank. From then on its gifts can be refunded or returned, not "
        "deleted."
    )

    def get_initial(self) -> dict:
        return {"deposited_on": today_in(self.membership.organization.timezone)}

    def act(self, form: DepositForm) -> GiftBatch:
        return services.deposit_batch(self.object, **form.cleaned_data, by=self.membership)


class BatchUndepositView(OneBatchMixin, ActionView):
    permission = "gifts.change"
    service = staticmethod(services.take_deposit_back)
    title = gettext_lazy("Take the deposit back?")
    question = gettext_lazy("The batch was marked as deposited by mistake. Nothing else changes.")
    submit_label = gettext_lazy("Take it back")
    success_message = gettext_lazy("The batch is no longer marked as deposited.")


class BatchSlipView(OneBatchMixin, ScopedView):
    """The deposit slip, on paper: cheques one by one, cash as one sum."""

    permission = "gifts.view"

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        batch = self.get_object()
        response = HttpResponse(slips.deposit_slip(batch), content_type="application/pdf")
        name = f"{_('deposit')}-{batch.number}.pdf"
        response["Content-Disposition"] = f'inline; filename="{name}"'
        return response
