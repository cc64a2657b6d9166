"""The panels of “My day” that read across domains."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy

from crm.core.money import format_number
from crm.core.web.views import PageMixin, ScopedView
from crm.insights import dashboard


class FiguresView(PageMixin, ScopedView):
    """The year in four figures."""

    permission = "gifts.view"
    template_name = "generic/panel_page.html"
    fragment_name = "insights/_figures.html"
    title = gettext_lazy("The year in figures")

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        figures = list(dashboard.figures(self.membership))
        return self.render({"title": self.title, "fragment": self.fragment_name, "figures": figures})


class ConcernsView(PageMixin, ScopedView):
    """What cannot wait."""

    permission = "dashboard.view"
    template_name = "generic/panel_page.html"
    fragment_name = "insights/_concerns.html"
    title = gettext_lazy("Needs your attention")

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        found = dashboard.concerns(self.membership)
        shown = [(one, one.said % {"count": format_number(one.count)}) for one in found]
        return self.render({"title": self.title, "fragment": self.fragment_name, "concerns": shown})
