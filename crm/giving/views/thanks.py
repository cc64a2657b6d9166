"""Screens of thank-yous: the queue, and the thank-you of one gift on its page."""

from django.utils.translation import gettext_lazy

from crm.core.web.bulk import BulkView
from crm.core.web.views import ListView, PanelView
from crm.giving.bulk import THANKS_ACTIONS
from crm.giving.filters import ThanksFilter
from crm.giving.models import Gift, Thanks
from crm.giving.tables_thanks import ThanksTable


class ThanksListView(ListView):
    """Those that wait, the longest first; with the filter, those that are done."""

    permission = "thanks.view"
    model = Thanks
    table_class = ThanksTable
    filterset_class = ThanksFilter
    bulk_actions = THANKS_ACTIONS
    bulk_url_name = "giving:thanks_bulk"
    title = gettext_lazy("Thank-yous")
    empty_icon = "mail-heart"
    empty_title = gettext_lazy("Everybody is thanked")
    empty_text = gettext_lazy("New gifts wait here until somebody thanks for them, within two days at best.")

    def get_queryset(self):
        rows = super().get_queryset().order_by("created_at", "pk")
        return rows if self.request.GET.get("status") else rows.due()


class ThanksBulkView(BulkView):
    permission = "thanks.view"
    list_url_name = "giving:thanks_list"


class GiftThanksView(PanelView):
    """On the page of a gift: thanked or not, how and by whom."""

    permission = "thanks.view"
    model = Gift
    fragment_name = "giving/_gift_thanks.html"
    context_name = "gift"
    title = gettext_lazy("Thank-you")

    def get_queryset(self):
        return super().get_queryset().select_related("contact__owner", "thanks__thanked_by__user")

    def get_context(self, **context) -> dict:
        thanks = getattr(self.object, "thanks", None)
        may_thank = thanks is not None and thanks.status == "due" and self.membership.can("thanks.change", self.object)
        return super().get_context(thanks=thanks, may_thank=may_thank, **context)
