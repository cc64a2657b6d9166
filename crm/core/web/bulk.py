"""The page that counts before anything is done to many rows, and does it."""

import secrets

from django.contrib import messages
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _

from crm.core import acts
from crm.core.errors import DomainError
from crm.core.web.acts import Selection
from crm.core.web.once import AlreadyDone, OnceMixin
from crm.core.web.urls import org_url
from crm.core.web.views import PageMixin, ScopedView


class BulkView(OnceMixin, PageMixin, ScopedView):
    """Counts, asks, and does. A domain says which list it serves (``list_url_name``) and who may open it."""

    abstract = True
    list_url_name = ""
    template_name = "generic/bulk.html"
    fragment_name = "generic/_bulk_counts.html"

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        selection, action = self.asked(request.GET)
        if action is None or not selection:
            return self.go(selection.url)
        return self.ask(selection, action, action.form(by=self.membership), {})

    def asked(self, params: QueryDict) -> tuple[Selection, acts.BulkAction | None]:
        """What the person wants done, and to which rows; refused where the role does not allow the act."""
        selection = Selection(params, url_name=self.list_url_name, by=self.membership)
        action = acts.found(selection.list, self.list_url_name, params.get("act", ""))
        if action is not None:
            self.check(action.permission)
            if not action.may(self.membership):
                raise PermissionDenied
        return selection, action

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        selection, action = self.asked(request.POST)
        if action is None or not selection:
            messages.info(request, _("Nothing was ticked."))
            return self.go(selection.url)
        if self.is_done():
            return self.already_done(selection)
        form = action.form(request.POST, by=self.membership)
        valid = form is None or form.is_valid()
        data = form.cleaned_data if form is not None and valid else {}
        if request.POST.get("preview"):
            return self.ask(selection, action, form, data)
        if not valid:
            return self.ask(selection, action, form, {}, status=422)
        rows = selection.rows()
        count = acts.counted(rows, action, data=data, by=self.membership)[0]
        # Rows changed meanwhile, or the choice made in the form changed how many there are: say so before doing it.
        if str(count) != request.POST.get("expected") or not count:
            return self.ask(selection, action, form, data, changed=True)
        return self.do(selection, action, form, data)

    def do(self, selection: Selection, action: acts.BulkAction, form, data: dict) -> HttpResponse:
        taken = {name: self.request.POST.getlist(name) for name in form.fields} if form is not None else {}
        if response := action.respond(selection, data=data, by=self.membership):
            return response
        try:
            with transaction.atomic():
                self.claim()
                operation = acts.start(
                    rows=selection.rows(),
                    action=action,
                    data=data,
                    form_data=taken,
                    url_name=self.list_url_name,
                    query=selection.query,
                    by=self.membership,
                )
                url = selection.url if operation.is_over and not operation.failed else operation.get_absolute_url()
                self.remember(url)
        except AlreadyDone:
            return self.already_done(selection)
        except DomainError as error:
            return self.ask(selection, action, form, data, error=str(error), status=422)
        if operation.is_over and operation.done:
            undo = org_url(self.membership, "core:operation_undo", pk=operation.pk) if action.undoable else ""
            messages.success(self.request, action.told(operation.done, data), extra_tags=f"undo:{undo}" if undo else "")
        return self.go(url)

    def already_done(self, selection: Selection) -> HttpResponse:
        messages.info(self.request, _("This was already done."))
        return self.go(cache.get(self._key()) or selection.url)

    def ask(
        self, selection, action, form, data: dict, *, changed: bool = False, error: str = "", status: int = 200
    ) -> HttpResponse:
        count, skipped = acts.counted(selection.rows(), action, data=data, by=self.membership)
        todo = acts.todo(selection.rows(), action, data=data, by=self.membership)
        context = {
            "title": action.label,
            "action": action,
            "form": form,
            "selection": selection,
            "count": count,
            "skipped": [(action.why(reason), number) for reason, number in skipped.items()],
            "sample": action.sample(todo, data=data, by=self.membership) if count else None,
            "submit_label": action.said(count, data),
            "large": count > acts.AT_ONCE,
            "changed": changed,
            "error": error,
            "cancel_url": selection.url,
            "submission": self.request.POST.get("submission") or secrets.token_urlsafe(16),
        }
        return self.render(context, status=status)
