"""What the lists of gifts and pledges share."""

from django.http import HttpRequest, HttpResponse

from crm.core.web.views import PageMixin, ScopedView


class TotalsView(PageMixin, ScopedView):
    """What the rows of a list add up to: loaded after the list, which never waits for it. ``count(rows, currency=…)``."""

    abstract = True
    filterset_class = None
    count = None
    title = ""
    template_name = "generic/panel_page.html"

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        rows = self.filterset_class(request.GET, self.get_queryset(), request=request).qs
        totals = type(self).count(rows, currency=self.membership.organization.currency)
        return self.render({"title": self.title, "fragment": self.fragment_name, "totals": totals})
