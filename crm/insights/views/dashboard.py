"""The panels of “My day” that read across domains."""

from django.utils.translation import gettext_lazy

from crm.core.money import format_number
from crm.core.web.views import HomePanelView
from crm.insights import dashboard


class FiguresView(HomePanelView):
    """The year in four figures."""

    permission = "gifts.view"
    fragment_name = "insights/_figures.html"
    title = gettext_lazy("The year in figures")

    def get_context(self, **context) -> dict:
        return super().get_context(figures=list(dashboard.figures(self.membership)), **context)


class ConcernsView(HomePanelView):
    """What cannot wait."""

    permission = "dashboard.view"
    fragment_name = "insights/_concerns.html"
    title = gettext_lazy("Needs your attention")

    def get_context(self, **context) -> dict:
        found = dashboard.concerns(self.membership)
        shown = [(one, one.said % {"count": format_number(one.count)}) for one in found]
        return super().get_context(concerns=shown, **context)
