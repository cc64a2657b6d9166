"""A quick form: on another page, saved without leaving it, and a page of its own where there is no script."""

import secrets

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from crm.core.errors import DomainError
from crm.core.web.htmx import trigger, wants_fragment
from crm.core.web.once import AlreadyDone, OnceMixin
from crm.core.web.views import PageMixin, ScopedView


class QuickFormView(OnceMixin, PageMixin, ScopedView):
    """About one row of the page it stands on (``object``). It swaps itself once saved and tells the page what changed.

    ``service(object, by=…, **cleaned_data)`` unless ``act`` says otherwise; ``tells`` names the events the page hears.
    """

    abstract = True
    form_class = None
    service = None
    title = ""
    context_name = "object"
    success_message = ""
    tells: tuple[str, ...] = ("timeline-changed",)
    template_name = "generic/panel_page.html"

    def get_initial(self) -> dict:
        return {}

    def get_form(self, data=None):
        return self.form_class(data, initial=self.get_initial(), membership=self.membership)

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        self.object = self.get_object()
        return self.draw(self.get_form())

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        self.object = self.get_object()
        if self.is_done():
            return self.saved()
        form = self.get_form(request.POST)
        if not form.is_valid():
            return self.draw(form, status=422)
        try:
            with transaction.atomic():
                self.claim()
                self.act(form)
        except AlreadyDone:
            return self.saved()
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
            return self.draw(form, status=422)
        return self.saved()

    def act(self, form) -> None:
        """The one domain call."""
        type(self).service(self.object, **form.cleaned_data, by=self.membership)

    def saved(self) -> HttpResponse:
        if not wants_fragment(self.request):
            messages.success(self.request, str(self.success_message))
            return self.go(self.object.get_absolute_url())
        response = self.draw(self.get_form(), saved=str(self.success_message))
        for name in self.tells:
            trigger(response, name)
        return response

    def draw(self, form, *, saved: str = "", status: int = 200) -> HttpResponse:
        context = self.get_context(
            form=form,
            saved=saved,
            submission=secrets.token_urlsafe(16),
            title=self.title,
            fragment=self.fragment_name,
            object=self.object,
            **{self.context_name: self.object},
        )
        alone = not wants_fragment(self.request)
        return render(self.request, self.template_name if alone else self.fragment_name, context, status=status)
