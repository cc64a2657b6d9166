"""The board of contacts by stage, and moving a card."""

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.contacts.choices import FunnelStage
from crm.contacts.models import Contact
from crm.contacts.services import move_contact
from crm.core.errors import ChangedMeanwhile, DomainError
from crm.core.web.htmx import wants_fragment
from crm.core.web.views import FormView, PageMixin, ScopedView
from crm.pipeline import queries
from crm.pipeline.filters import BoardFilter
from crm.pipeline.forms import MoveForm


class BoardMixin:
    model = Contact
    is_wide = True  # the whole width of the window, and a narrow menu

    def narrowed(self, asked: QueryDict):
        """The contacts the person sees that pass the filters of an address."""
        return BoardFilter(asked, self.get_queryset(), request=self.request)


class BoardView(BoardMixin, PageMixin, ScopedView):
    """Eight stages side by side; each fetches its further cards itself. The filters bear the names of those of the list of
    contacts, where the button “List” leads.
    """

    permission = "pipeline.view"
    title = gettext_lazy("Pipeline")
    template_name = "pipeline/board.html"
    fragment_name = "pipeline/_board.html"

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        self.filterset = self.narrowed(request.GET)
        if request.GET.get("panel") == "fields":
            return render(request, "components/_filter_fields.html", {"filter": self.filterset})
        code = request.GET.get("stage", "")
        if code in FunnelStage.values and wants_fragment(request):
            stage = queries.more(self.filterset.qs, self.membership, code=code, after=request.GET.get("after", ""))
            return render(request, "pipeline/_cards.html", self.get_context(stage=stage))
        return self.render({"board": queries.board(self.filterset.qs, self.membership)})

    @property
    def contacts_url(self) -> str:
        return self.url("contacts:contact_list")

    def get_context(self, **context) -> dict:
        return super().get_context(
            title=self.title,
            filter=self.filterset,
            stages=FunnelStage.choices,
            may_move=self.membership.can("pipeline.change"),
            **context,
        )


class MoveView(BoardMixin, FormView):
    """Moves one card: by a form of its own or, from the board, with an answer that the card is drawn from.

    Answers of the board: 200 ``{card, stages: {code: head}, said}``; 422 ``{refused, url}``, where the form may still do
    it; 409 ``{refused, card, stage}``: somebody else moved it, and where to.
    """

    permission = "pipeline.change"
    is_wide = False
    form_class = MoveForm
    title = gettext_lazy("Move to another stage")
    submit_label = gettext_lazy("Move")
    success_message = gettext_lazy("The contact is moved.")

    def load(self) -> None:
        self.object = self.get_object()

    def get_context(self, **context) -> dict:
        title = _("Move %(name)s to another stage") % {"name": self.object.name}
        return super().get_context(**context) | {"title": title}

    def get_initial(self) -> dict:
        asked = self.request.GET.get("to", "")
        to = asked if asked in FunnelStage.values else self.object.funnel_stage
        return {"to": to, "expected": self.object.funnel_stage}

    def act(self, form):
        try:
            return move_contact(self.object, **form.cleaned_data, by=self.membership)
        except DomainError as error:
            if error.code != "reopen":
                raise
            said = _("It is at the stage “Won”: say why it is reopened.")
            raise DomainError(said, field="reason", code="reopen") from error

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if request.headers.get("Accept") != "application/json":
            return super().post(request, *args, **kwargs)
        self.load()
        form = self.get_form(request.POST)
        if not form.is_valid():
            return JsonResponse({"refused": _("This move could not be read. Reload the page.")}, status=422)
        before = self.object.funnel_stage
        try:
            moved = self.act(form)
        except ChangedMeanwhile:
            self.object.refresh_from_db()
            label = self.object.get_funnel_stage_display()
            said = _("Somebody moved %(name)s meanwhile: it is now at “%(stage)s”.")
            said %= {"name": self.object.name, "stage": label}
            return JsonResponse({"refused": said, **self.told({self.object.funnel_stage, before})}, status=409)
        except DomainError as error:
            url = self.url("pipeline:move", pk=self.object.pk) if error.code == "reopen" else ""
            return JsonResponse({"refused": str(error), "url": url}, status=422)
        self.object = moved
        said = _("%(name)s is now at “%(stage)s”.") % {"name": moved.name, "stage": moved.get_funnel_stage_display()}
        return JsonResponse({"said": said, **self.told({before, form.cleaned_data["expected"], moved.funnel_stage})})

    def changed_meanwhile(self, form) -> HttpResponse:
        self.object.refresh_from_db()
        form.add_error("to", _("Somebody moved this contact meanwhile. Look at its stage, then choose again."))
        return self.invalid(form)

    def told(self, codes: set[str]) -> dict:
        """The card as it is now, its stage, and the heads of these stages under the filters of the board."""
        asked = QueryDict(self.request.POST.get("query", "").removeprefix("?"))
        found = queries.counted(self.narrowed(asked).qs, now=timezone.now())
        context = {"view": self, "membership": self.membership, "organization": self.membership.organization}
        card = queries.card(self.object, self.membership)
        return {
            "stage": self.object.funnel_stage,
            "card": render_to_string("pipeline/_card.html", context | {"card": card}, self.request),
            "stages": {
                code: render_to_string("pipeline/_head.html", context | {"stage": found[code]}, self.request)
                for code in codes
                if code
            },
        }

    def get_success_url(self) -> str:
        return self.url("pipeline:board")
