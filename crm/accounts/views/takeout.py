"""Taking everything out: what is in the copy, the last ones made, and the button that asks for another."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from crm.accounts import takeout
from crm.core.errors import DomainError
from crm.core.web.views import PageMixin, ScopedView

SHOWN = 10


class TakeoutView(PageMixin, ScopedView):
    permission = "settings.change"
    template_name = "accounts/takeout.html"
    title = _("Download everything")

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        return self.render()

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        try:
            operation = takeout.start_takeout(self.membership.organization, by=self.membership)
        except DomainError as error:
            return self.render({"error": str(error)}, status=422)
        return self.go(operation.get_absolute_url())

    def get_context(self, **context) -> dict:
        copies = takeout.last_takeouts(self.membership.organization)[:SHOWN]
        return super().get_context(title=self.title, copies=copies, kept_days=takeout.TakeoutWork.kept.days, **context)
