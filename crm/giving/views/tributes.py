"""Screens of gifts in memory and in honour: the list, one page, its family, and who is still to be told."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.core.web.actions import Link
from crm.core.web.bulk import BulkView
from crm.core.web.paging import paginate
from crm.core.web.views import (
    ActionView,
    CreateView,
    DeleteView,
    DetailView,
    FormView,
    ListView,
    PanelView,
    UpdateView,
)
from crm.giving import services, tributes
from crm.giving.bulk import NOTICE_ACTIONS
from crm.giving.filters import NoticeFilter, TributeFilter
from crm.giving.forms import RecipientForm, TributeForm
from crm.giving.models import Gift, Tribute, TributeRecipient
from crm.giving.tables_tributes import NoticeTable, TributeGiftTable, TributeTable


class TributeListView(ListView):
    permission = "tributes.view"
    model = Tribute
    table_class = TributeTable
    filterset_class = TributeFilter
    actions = (
        Link(gettext_lazy("Families to be told"), "giving:notice_list", "mail-heart", "thanks.view"),
        Link(gettext_lazy("New page"), "giving:tribute_create", "plus", "tributes.add", primary=True),
    )
    title = gettext_lazy("Tributes")
    empty_icon = "candle"
    empty_title = gettext_lazy("Nobody is honoured yet")
    empty_text = gettext_lazy(
        "Name the person when you record a gift, or open a page here. Their family can then be told."
    )

    def get_queryset(self):
        return super().get_queryset().order_by("-created_at", "-pk")


class TributeDetailView(DetailView):
    permission = "tributes.view"
    model = Tribute
    template_name = "giving/tribute_detail.html"
    context_name = "tribute"

    def get_queryset(self):
        return super().get_queryset().select_related("contact__owner")

    def get_context(self, **context) -> dict:
        tribute, by = self.object, self.membership
        family = tributes.with_waiting(TributeRecipient.objects.visible_to(by).filter(tribute=tribute))
        may_change = by.can("tributes.change", tribute)
        honoured = tribute.contact
        return super().get_context(
            figures=tributes.figures_of([tribute], by)[tribute.pk],
            said=tributes.said(tribute),
            honoured=honoured if honoured and by.can("contacts.view", honoured) else None,
            family=tributes.with_last_told(family.select_related("contact__owner").order_by("pk")),
            others=tribute.recipients.count() - len(family),
            may_change=may_change,
            may_tell=by.can("thanks.change"),
            may_write=by.can("outreach.run") and by.can("thanks.change"),
            may_give=by.can("gifts.add") and tribute.is_active,
            may_delete=by.can("tributes.delete", tribute) and not tribute.gifts.exists(),
            **context,
        )


class TributeGiftsView(PanelView):
    """The running list of its gifts, page by page: those that the person may see."""

    permission = "tributes.view"
    model = Tribute
    fragment_name = "giving/_tribute_gifts.html"
    context_name = "tribute"
    title = gettext_lazy("Gifts")

    def get_context(self, **context) -> dict:
        gifts = Gift.objects.visible_to(self.membership).filter(tribute=self.object).newest_first()
        table = TributeGiftTable(gifts, request=self.request)
        page = paginate(table.optimise(gifts), self.request.GET)
        return super().get_context(
            page=page,
            table=table,
            rows=table.rows_html(page.records),
            gifts_url=self.url("giving:tribute_gifts", pk=self.object.pk),
            **context,
        )


class TributeCreateView(CreateView):
    permission = "tributes.add"
    model = Tribute
    form_class = TributeForm
    service = staticmethod(services.save_tribute)
    title = gettext_lazy("New page in memory or in honour")
    submit_label = gettext_lazy("Save the page")
    success_message = gettext_lazy("The page is saved.")
    template_name = "giving/tribute_form.html"

    def get_cancel_url(self) -> str:
        return self.url("giving:tribute_list")


class TributeUpdateView(UpdateView):
    permission = "tributes.change"
    model = Tribute
    form_class = TributeForm
    service = staticmethod(services.save_tribute)
    title = gettext_lazy("Edit the page")
    submit_label = gettext_lazy("Save the page")
    success_message = gettext_lazy("The page is saved.")
    template_name = "giving/tribute_form.html"

    def get_queryset(self):
        return super().get_queryset().select_related("contact")


class TributeDeleteView(DeleteView):
    permission = "tributes.delete"
    model = Tribute
    service = staticmethod(services.delete_tribute)
    title = gettext_lazy("Delete this page?")
    submit_label = gettext_lazy("Delete the page")
    success_message = gettext_lazy("The page is deleted.")
    list_url_name = "giving:tribute_list"

    def get_question(self, obj: Tribute) -> str:
        return _("The page of %(name)s disappears for good. This is possible only while no gift names it.") % {
            "name": obj.name
        }


class RecipientAddView(FormView):
    """Somebody more of the family is told."""

    permission = "tributes.change"
    model = Tribute
    form_class = RecipientForm
    title = gettext_lazy("Who is told of the gifts?")
    submit_label = gettext_lazy("Add this person")
    success_message = gettext_lazy("This person will be told of the gifts, received and to come.")
    template_name = "giving/recipient_form.html"

    def load(self) -> None:
        self.object = self.get_object()

    def act(self, form: RecipientForm) -> None:
        services.add_recipient(self.object, **form.cleaned_data, by=self.membership)

    def get_cancel_url(self) -> str:
        return self.object.get_absolute_url()

    def get_success_url(self) -> str:
        return self.object.get_absolute_url()

    def get_context(self, **context) -> dict:
        return super().get_context(tribute=self.object, may_add_contact=self.membership.can("contacts.add"), **context)


class RecipientRemoveView(ActionView):
    permission = "thanks.change"
    model = TributeRecipient
    service = staticmethod(services.remove_recipient)
    title = gettext_lazy("No longer tell this person?")
    submit_label = gettext_lazy("Tell them no longer")
    success_message = gettext_lazy("This person is told no longer.")

    def get_queryset(self):
        return super().get_queryset().select_related("contact__owner", "tribute")

    def get_question(self, obj: TributeRecipient) -> str:
        return _("%(name)s is told no longer of gifts made %(tribute)s. What they were told stays known.") % {
            "name": obj.contact.name,
            "tribute": tributes.said(obj.tribute),
        }


class NoticeListView(ListView):
    """Those who are still to be told, the longest first."""

    permission = "thanks.view"
    model = TributeRecipient
    table_class = NoticeTable
    filterset_class = NoticeFilter
    bulk_actions = NOTICE_ACTIONS
    bulk_url_name = "giving:notice_bulk"
    title = gettext_lazy("Families to be told")
    empty_icon = "mail-heart"
    empty_title = gettext_lazy("Every family is told")
    empty_text = gettext_lazy("Gifts in memory and in honour wait here until the people named on their page are told.")

    def get_queryset(self):
        return tributes.with_waiting(tributes.due(super().get_queryset())).order_by("since", "pk")


class NoticeBulkView(BulkView):
    permission = "thanks.view"
    list_url_name = "giving:notice_list"
