"""Asking for a long list as a file, and the rows that were ticked as one."""

import secrets

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import NoReverseMatch
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from crm.core import exporting, lists
from crm.core.acts import BulkAction, numbered
from crm.core.money import format_number
from crm.core.web import exports
from crm.core.web.forms import CrmForm
from crm.core.web.once import AlreadyDone, OnceMixin
from crm.core.web.paging import capped_count
from crm.core.web.views import ListView, PageMixin, ScopedView


class ExportView(OnceMixin, PageMixin, ScopedView):
    """A list too long to wait for: says how many rows, and has a worker make the file."""

    permission = "exports.run"
    template_name = "generic/confirm.html"

    def setup(self, request: HttpRequest, *args, **kwargs) -> None:
        super().setup(request, *args, **kwargs)
        asked = request.POST if request.method == "POST" else request.GET
        self.query = QueryDict(asked.get("query", "")[:4000])
        self.url_name = asked.get("list", "")
        self.kind = self.query.get("export", "")

    def list(self) -> ListView | None:
        """The list, read, for somebody who may open it; ``None`` for what is none."""
        try:
            view = lists.opened(self.url_name, by=self.membership, query=self.query.urlencode())
        except NoReverseMatch:
            return None
        if not isinstance(view, ListView) or not view.can_export or self.kind not in exports.KINDS:
            return None
        self.check(view.permission)
        view.read()
        return view

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        view = self.list()
        if view is None:
            return self.go(self.url("core:operation_list"))
        count = capped_count(view.filterset.qs, 10**7)
        question = ngettext(
            "%(count)s row. The file is prepared while you go on working, and kept for %(days)d days.",
            "%(count)s rows. The file is prepared while you go on working, and kept for %(days)d days.",
            count,
        )
        return self.render(
            {
                "title": _("%(list)s, as a file") % {"list": view.title},
                "question": question % {"count": format_number(count), "days": exporting.ExportWork.kept.days},
                "submit_label": _("Prepare the file"),
                "cancel_url": self.back(view),
                "submission": secrets.token_urlsafe(16),
                "hidden": {"list": self.url_name, "query": self.query.urlencode()},
            }
        )

    def back(self, view: ListView) -> str:
        query = self.query.copy()
        del query["export"]
        return f"{view.request.path}?{query.urlencode()}" if query else view.request.path

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        view = self.list()
        if view is None:
            return self.go(self.url("core:operation_list"))
        try:
            with transaction.atomic():
                self.claim()
                operation = exporting.start_export(
                    url_name=self.url_name,
                    query=self.query.urlencode(),
                    kind=self.kind,
                    rows=capped_count(view.filterset.qs, 10**7),
                    by=self.membership,
                )
                self.remember(operation.get_absolute_url())
        except AlreadyDone:
            messages.info(request, _("This was already done."))
            return self.go(cache.get(self._key()) or self.back(view))
        return self.go(operation.get_absolute_url())


class KindForm(CrmForm):
    kind = forms.ChoiceField(label=gettext_lazy("Kind of file"), choices=list(exports.KINDS.items()))


class ExportSelection(BulkAction):
    """The rows that were ticked, as a file: the columns, the order and the words of the list."""

    code, icon = "export", "file-export"
    label = gettext_lazy("Export")
    permission = "exports.run"
    form_class = KindForm
    undoable = False

    def all_skips(self, *, data: dict, by) -> dict:
        return {}  # what is seen may be taken out

    def respond(self, selection, *, data: dict, by) -> HttpResponse:
        query = QueryDict(selection.query, mutable=True)
        query["export"] = data["kind"]
        name = selection.list.request.resolver_match.view_name
        view = lists.opened(name, by=by, query=query.urlencode())
        rows = view.read()
        if not selection.everything:
            rows = rows.filter(pk__in=selection.numbers)
        elif capped_count(view.filterset.qs, settings.EXPORT_AT_ONCE) > settings.EXPORT_AT_ONCE:
            return HttpResponseRedirect(exports.asking_url(view, query))
        return view.as_file(rows, kind=data["kind"])

    def said(self, count: int, data: dict) -> str:
        return numbered(ngettext("Export %(count)s row", "Export %(count)s rows", count), count)

    def told(self, count: int, data: dict) -> str:
        return ""
