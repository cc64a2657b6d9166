"""Keeping, changing and forgetting a view of a list."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import NoReverseMatch
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.accounts import keeping_views as services
from crm.accounts.forms import SavedViewForm
from crm.accounts.models import SavedView
from crm.core.web.urls import org_url
from crm.core.web.views import ActionView, CreateView, DeleteView, UpdateView


class SavedViewCreateView(CreateView):
    """The list to keep is in the address: ``?screen=…&query=…&columns=…``."""

    permission = "saved_views.add"
    model = SavedView
    form_class = SavedViewForm
    title = gettext_lazy("Save this view")
    submit_label = gettext_lazy("Save the view")

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if self.membership is not None and not request.GET.get("screen"):
            self.check(self.permission)
            return self.go(self.url("accounts:home"))  # nothing to keep
        return super().dispatch(request, *args, **kwargs)

    def load(self) -> None:
        self.screen = self.request.GET.get("screen", "")
        try:
            self.list_url = org_url(self.membership, self.screen)
        except NoReverseMatch:
            raise Http404 from None

    def act(self, form: SavedViewForm) -> SavedView:
        asked = self.request.GET
        columns = [name for name in asked.get("columns", "").split(",") if name]
        return services.save_view(
            screen=self.screen, query=asked.get("query", ""), columns=columns, **form.cleaned_data, by=self.membership
        )

    def get_success_message(self) -> str:
        return _("The view “%(name)s” is saved.") % {"name": self.object.name}

    def get_cancel_url(self) -> str:
        return f"{self.list_url}?{self.request.GET.get('query', '')}"


class SavedViewUpdateView(UpdateView):
    permission = "saved_views.change"
    model = SavedView
    form_class = SavedViewForm
    service = staticmethod(services.update_view)
    title = gettext_lazy("Edit the view")
    template_name = "accounts/saved_view_form.html"
    success_message = gettext_lazy("The view is saved.")

    def check_reach(self) -> None:
        """An administrator who stops sharing a colleague's view gives it back to them."""

    def get_success_url(self) -> str:
        return self.object.get_absolute_url() if self.object.is_owned_by(self.membership) else self.list_url

    @property
    def list_url(self) -> str:
        return org_url(self.membership, self.object.screen)


class SavedViewRefreshView(ActionView):
    """The view becomes the list as it is now (in the address, as for a new one)."""

    permission = "saved_views.change"
    model = SavedView
    title = gettext_lazy("Update this view?")
    submit_label = gettext_lazy("Update the view")
    success_message = gettext_lazy("The view is up to date.")

    def get_question(self, view: SavedView) -> str:
        return _("“%(name)s” takes the filters, the order and the columns that the list has now.") % {"name": view.name}

    def act(self, view: SavedView) -> SavedView:
        asked = self.request.GET
        columns = [name for name in asked.get("columns", "").split(",") if name]
        return services.refresh_view(view, query=asked.get("query", ""), columns=columns, by=self.membership)

    def get_success_url(self, view: SavedView, result: SavedView) -> str:
        return result.get_absolute_url()


class SavedViewDeleteView(DeleteView):
    permission = "saved_views.delete"
    model = SavedView
    service = staticmethod(services.delete_view)
    title = gettext_lazy("Delete this view?")
    submit_label = gettext_lazy("Delete the view")
    success_message = gettext_lazy("The view is deleted.")

    def get_question(self, view: SavedView) -> str:
        return _("The name “%(name)s” and its filters are forgotten. The rows it shows stay.") % {"name": view.name}

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        self.after = org_url(self.membership, self.get_object().screen)
        return super().post(request, *args, **kwargs)

    def get_success_url(self, view: SavedView, result) -> str:
        return self.after
