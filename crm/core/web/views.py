"""The family of screens. A screen declares what it shows; permission, scope, fragments and errors come from here."""

import secrets

import structlog
from django.conf import settings
from django.contrib import messages
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.functional import SimpleLazyObject
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.views.generic import View

from crm.core.errors import ChangedMeanwhile, DomainError, OutOfReach
from crm.core.web import exports
from crm.core.web.acts import ActsMixin
from crm.core.web.htmx import redirect_to, wants_fragment
from crm.core.web.meanwhile import MeanwhileMixin
from crm.core.web.once import AlreadyDone, OnceMixin
from crm.core.web.paging import capped_count, paginate, said_count
from crm.core.web.urls import org_url

logger = structlog.get_logger("merci.access")


class ScopedView(View):
    """Base of every screen inside an organization. It cannot be defined without saying which permission guards it."""

    abstract = True
    permission = ""
    model = None
    is_background = False  # asked by a page by itself: no sign that the person is there

    def __init_subclass__(cls, **kwargs) -> None:
        super().__init_subclass__(**kwargs)
        if "abstract" not in cls.__dict__:
            cls.abstract = False
            if not cls.permission:
                raise ImproperlyConfigured(f"{cls.__qualname__} declares no permission")

    def setup(self, request: HttpRequest, *args, **kwargs) -> None:
        super().setup(request, *args, **kwargs)
        self.membership = getattr(request, "membership", None)

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if self.membership is None:
            raise Http404
        self.check(self.permission)
        return super().dispatch(request, *args, **kwargs)

    def check(self, permission: str, obj=None) -> None:
        """Refuse, and say so in the log, what the matrix does not grant."""
        if not self.membership.can(permission, obj):
            logger.warning(
                "refused",
                permission=permission,
                membership_id=self.membership.pk,
                path=self.request.path,
                object_id=getattr(obj, "pk", None),
            )
            raise PermissionDenied

    def get_queryset(self):
        return self.model.objects.visible_to(self.membership)

    def get_object(self):
        """The row of this address if the person may see it (else 404) and may do this to it (else 403)."""
        obj = getattr(self.request, "row", None)  # a panel within a page: the page has read it, by the same scope
        if not isinstance(obj, self.model) or obj.pk != self.kwargs["pk"]:
            obj = get_object_or_404(self.get_queryset(), pk=self.kwargs["pk"])
        self.check(self.permission, obj)
        return obj

    def url(self, name: str, **kwargs) -> str:
        return org_url(self.membership, name, **kwargs)

    def go(self, url: str) -> HttpResponse:
        return redirect_to(url) if self.request.htmx else HttpResponseRedirect(url)


class PageMixin:
    """Draws ``template_name`` for a page and ``fragment_name`` (where there is one) for an htmx request."""

    template_name = ""
    fragment_name = ""

    def render(self, context: dict | None = None, *, status: int = 200) -> HttpResponse:
        fragment = self.fragment_name and wants_fragment(self.request)
        template = self.fragment_name if fragment else self.template_name
        return render(self.request, template, self.get_context(**(context or {})), status=status)

    def get_context(self, **context) -> dict:
        return {"view": self, **context}


class ListView(ActsMixin, PageMixin, ScopedView):
    """A list screen is a declaration: model, table, filter, actions. See ``docs/add-a-screen.md``."""

    abstract = True
    table_class = None
    filterset_class = None
    actions: tuple = ()
    title = ""
    empty_icon = "inbox"
    empty_title = ""
    empty_text = ""
    can_export = True
    template_name = "generic/list.html"
    fragment_name = "generic/_list.html"

    def read(self):
        """The rows as filtered and ordered; sets ``filterset`` and ``table``. Background work calls it too."""
        self.filterset = self.filterset_class(self.request.GET, self.get_queryset(), request=self.request)
        order = self.get_order()
        self.table = self.table_class(self.filterset.qs, request=self.request, order_by=order, orderable=True)
        return self.table.optimise(self.table.data.data)

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        rows = self.read()
        kind = request.GET.get("export")
        if kind in exports.KINDS and self.can_export:
            self.check("exports.run")
            if (
                self.membership.pk
                and capped_count(self.filterset.qs, settings.EXPORT_AT_ONCE) > settings.EXPORT_AT_ONCE
            ):
                return self.go(exports.asking_url(self, request.GET))
            return self.as_file(rows, kind=kind)
        if request.GET.get("panel") == "fields":  # drawn when it is opened: most readings of a list never need it
            return render(request, "components/_filter_fields.html", {"filter": self.filterset})
        if request.GET.get("panel") == "columns":
            return render(request, "components/_columns.html", {"table": self.table})
        if request.GET.get("count") == "tab":
            return HttpResponse(said_count(self.filterset.qs), content_type="text/plain; charset=utf-8")
        if request.GET.get("count"):
            return HttpResponse(str(capped_count(self.filterset.qs, 10**7)), content_type="text/plain")
        page = paginate(rows, request.GET)
        bulk = self.get_bulk() if page.records else None
        self.table.ticks = bool(bulk)
        return self.render({"page": page, "rows": self.table.rows_html(page.records), "bulk": bulk})

    def as_file(self, rows, *, kind: str) -> HttpResponse:
        """These rows of the list, read before, as a download."""
        response = exports.respond(self.table, rows, title=str(self.title), kind=kind)
        # What left, for whoever keeps the log of it (a layer above this one).
        response.taken_out = (self.model._meta.label_lower, capped_count(rows, 10**7))
        return response

    def get_order(self) -> str:
        order = self.request.GET.get("sort", "")
        return order if order.removeprefix("-").isidentifier() else ""

    def get_context(self, **context) -> dict:
        actions = [bound for action in self.actions if (bound := action.bound(self.request))]
        return super().get_context(
            title=self.title,
            table=self.table,
            filter=self.filterset,
            actions=actions,
            saved_views=SimpleLazyObject(lambda: import_string(settings.SAVED_VIEWS)(self)),
            exportable=self.can_export and self.membership.can("exports.run"),
            empty={"icon": self.empty_icon, "title": self.empty_title, "text": self.empty_text},
            **context,
        )


class DetailView(PageMixin, ScopedView):
    abstract = True
    template_name = "generic/detail.html"
    context_name = "object"

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        self.object = self.get_object()
        return self.render()

    def get_context(self, **context) -> dict:
        return super().get_context(object=self.object, **{self.context_name: self.object}, **context)


class PanelView(DetailView):
    """A fragment of another screen, loaded by itself; opened directly it shows inside a page."""

    abstract = True
    template_name = "generic/panel_page.html"
    title = ""

    def get_context(self, **context) -> dict:
        return super().get_context(title=self.title, fragment=self.fragment_name, **context)


class HomePanelView(PageMixin, ScopedView):
    """The same about no row in particular: a panel of “My day”."""

    abstract = True
    template_name = "generic/panel_page.html"
    title = ""

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        return self.render()

    def get_context(self, **context) -> dict:
        return super().get_context(title=self.title, fragment=self.fragment_name, **context)


class FormView(OnceMixin, PageMixin, ScopedView):
    """Validates a form and makes one service call. Nothing typed is ever lost; a double click acts once."""

    abstract = True
    form_class = None
    service = None
    title = ""
    submit_label = ""
    success_message = ""
    template_name = "generic/form.html"
    object = None

    def get_initial(self) -> dict:
        return {}

    def get_form(self, data=None, files=None):
        return self.form_class(data, files, initial=self.get_initial(), membership=self.membership)

    def load(self) -> None:
        """Fetch what the address names, before anything else."""

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        self.load()
        return self.render({"form": self.get_form()})

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        self.load()
        if self.is_done():  # before validation: what the first sending saved may now look like a duplicate
            return self._already_saved()
        form = self.get_form(request.POST, request.FILES)
        if not form.is_valid():
            return self.invalid(form)
        try:
            with transaction.atomic():
                self.claim()
                self.begin(form)
                self.object = self.act(form) or self.object
                self.end(form)
                self.check_reach()
                url = self.get_success_url()
                self.remember(url)
        except AlreadyDone:
            return self._already_saved()
        except ChangedMeanwhile:
            return self.changed_meanwhile(form)
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
            return self.invalid(form)
        except IntegrityError:  # what was free when it was checked has been taken since
            logger.warning("taken_meanwhile", path=request.path, exc_info=True)
            form.add_error(
                None, _("Somebody saved the same thing at the same moment. Check the list, then save again.")
            )
            return self.invalid(form)
        if message := self.get_success_message():
            messages.success(request, message)
        return self.go(url)

    def begin(self, form) -> None:
        """Inside the transaction, before the act."""

    def end(self, form) -> None:
        """Inside the transaction, after the act."""

    def invalid(self, form) -> HttpResponse:
        return self.render({"form": form}, status=422)

    def act(self, form):
        """The one domain call."""
        return type(self).service(**form.cleaned_data, by=self.membership)

    def check_reach(self) -> None:
        """A form may not move a row out of the reach of the person who saved it."""
        if self.model and self.object is not None and not isinstance(self.object, self.model):
            raise TypeError(
                f"{type(self).__name__} saved a {type(self.object).__name__}, whose number means nothing here"
            )
        if self.model and self.object is not None and not self.get_queryset().filter(pk=self.object.pk).exists():
            raise OutOfReach(_("You would no longer be able to see this record. Choose an owner you can see."))

    def _already_saved(self) -> HttpResponse:
        messages.info(self.request, _("This was already saved."))
        return self.go(cache.get(self._key()) or self.get_cancel_url())

    def get_success_message(self) -> str:
        return str(self.success_message)

    def get_success_url(self) -> str:
        return self.object.get_absolute_url()

    def get_cancel_url(self) -> str:
        return self.get_success_url() if self.object is not None else self.url("accounts:home")

    def get_context(self, **context) -> dict:
        return super().get_context(
            title=self.title,
            object=self.object,
            submit_label=self.submit_label or _("Save"),
            cancel_url=self.get_cancel_url(),
            submission=secrets.token_urlsafe(16),
            **context,
        )


class CreateView(FormView):
    abstract = True

    def get_form(self, data=None, files=None):
        kwargs = {"initial": self.get_initial(), "membership": self.membership}
        return self.form_class(data, files, **kwargs)


class UpdateView(MeanwhileMixin, FormView):
    """Edits the row of this address: ``service(obj, **cleaned_data, by=…)``.

    What somebody else changed while the form was open is never overwritten unseen.
    """

    abstract = True

    def load(self) -> None:
        self.object = self.get_object()

    def get_form(self, data=None, files=None):
        return self.form_class(
            data, files, instance=self.object, initial=self.get_initial(), membership=self.membership
        )

    def act(self, form):
        return type(self).service(self.present(), **form.cleaned_data, by=self.membership)


class ActionView(ScopedView):
    """One act on one row by POST: ``service(obj, by=…)``. A GET shows what will happen and asks."""

    abstract = True
    service = None
    title = ""
    question = ""
    submit_label = ""
    danger = False
    success_message = ""
    template_name = "generic/confirm.html"

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        return self.ask(self.get_object())

    def ask(self, obj, *, error: str = "", status: int = 200) -> HttpResponse:
        context = {
            "view": self,
            "object": obj,
            "title": self.title,
            "question": self.get_question(obj),
            "submit_label": self.submit_label or self.title,
            "danger": self.danger,
            "cancel_url": self.get_cancel_url(obj),
            "error": error,
        }
        return render(self.request, self.template_name, context, status=status)

    def get_question(self, obj) -> str:
        return str(self.question)

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        obj = self.get_object()
        try:
            result = self.act(obj)
        except DomainError as error:
            return self.ask(obj, error=str(error), status=422)
        if self.success_message:
            messages.success(request, str(self.success_message))
        return self.go(self.get_success_url(obj, result))

    def act(self, obj):
        return type(self).service(obj, by=self.membership)

    def get_success_url(self, obj, result) -> str:
        return obj.get_absolute_url()

    def get_cancel_url(self, obj) -> str:
        return obj.get_absolute_url()


class DeleteView(ActionView):
    abstract = True
    danger = True

    def get_success_url(self, obj, result) -> str:
        return self.url(self.list_url_name)

    list_url_name = ""
