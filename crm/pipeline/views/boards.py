"""The boards, of contacts and of opportunities, and moving a card of either."""

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.contacts.models import Contact
from crm.contacts.services import move_contact
from crm.core.errors import ChangedMeanwhile, DomainError
from crm.core.web.htmx import wants_fragment
from crm.core.web.views import FormView, PageMixin, ScopedView
from crm.pipeline import boards, services
from crm.pipeline.choices import OpportunityStage
from crm.pipeline.filters import BoardFilter, OpportunityBoardFilter
from crm.pipeline.forms import MoveForm, OpportunityMoveForm
from crm.pipeline.models import Opportunity


class ContactBoardMixin:
    """Which cards there are, and what a board says of them."""

    model = Contact
    kind = boards.CONTACTS
    filterset_class = BoardFilter
    board_url_name, list_url_name = "pipeline:board", "contacts:contact_list"

    def narrowed(self, asked: QueryDict):
        """The rows the person sees that pass the filters of an address."""
        return self.filterset_class(asked, self.get_queryset(), request=self.request)


class OpportunityBoardMixin(ContactBoardMixin):
    model = Opportunity
    kind = boards.OPPORTUNITIES
    filterset_class = OpportunityBoardFilter
    board_url_name, list_url_name = "pipeline:opportunity_board", "pipeline:opportunity_list"


class BoardView(ContactBoardMixin, PageMixin, ScopedView):
    """Stages side by side; each fetches its further cards itself. The filters bear the names of those of the list where the
    button “List” leads.
    """

    permission = "pipeline.view"
    is_wide = True  # the whole width of the window, and a narrow menu
    title = gettext_lazy("Pipeline")
    template_name = "pipeline/board.html"
    fragment_name = "pipeline/_board.html"

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        self.filterset = self.narrowed(request.GET)
        if request.GET.get("panel") == "fields":
            return render(request, "components/_filter_fields.html", {"filter": self.filterset})
        code = request.GET.get("stage", "")
        if code in self.kind.stages.values and wants_fragment(request):
            stage = self.kind.more(self.filterset.qs, self.membership, code=code, after=request.GET.get("after", ""))
            return render(request, "pipeline/_cards.html", self.get_context(stage=stage))
        return self.render({"board": self.kind.board(self.filterset.qs, self.membership)})

    @property
    def list_url(self) -> str:
        return self.url(self.list_url_name)

    def get_context(self, **context) -> dict:
        return super().get_context(
            title=self.title,
            filter=self.filterset,
            stages=self.kind.stages.choices,
            may_move=self.membership.can("pipeline.change"),
            is_of_asks=self.kind is boards.OPPORTUNITIES,
            stage_filter=self.kind.stage,
            **context,
        )


class OpportunityBoardView(OpportunityBoardMixin, BoardView):
    """The same, of opportunities."""

    permission = "pipeline.view"


class MoveView(ContactBoardMixin, FormView):
    """Moves one card: by a form of its own or, from the board, with an answer that the card is drawn from.

    Answers of the board: 200 ``{card, stages: {code: head}, said}``; 422 ``{refused, url}``, where a form may still do
    it; 409 ``{refused, card, stage}``: somebody else moved it, and where to.
    """

    permission = "pipeline.change"
    form_class = MoveForm
    title = gettext_lazy("Move to another stage")
    submit_label = gettext_lazy("Move")
    success_message = gettext_lazy("The contact is moved.")
    asks_more = ("reopen",)  # what a form asks for, by the code of the refusal
    question = gettext_lazy("Move %(name)s to another stage")
    moved = gettext_lazy("%(name)s is now at “%(stage)s”.")
    beaten = gettext_lazy("Somebody moved %(name)s meanwhile: it is now at “%(stage)s”.")

    def load(self) -> None:
        self.object = self.get_object()

    @property
    def stage(self) -> str:
        return getattr(self.object, self.kind.stage)

    def get_context(self, **context) -> dict:
        return super().get_context(**context) | {"title": str(self.question) % {"name": self.object}}

    def get_initial(self) -> dict:
        asked = self.request.GET.get("to", "")
        return {"to": asked if asked in self.kind.stages.values else self.stage, "expected": self.stage}

    def act(self, form):
        try:
            return move_contact(self.object, **form.cleaned_data, by=self.membership)
        except DomainError as error:
            if error.code != "reopen":
                raise
            said = _("It is at the stage “Won”: say why it is reopened.")
            raise DomainError(said, field="reason", code="reopen") from error

    def form_url(self, error: DomainError) -> str:
        """Where a form asks for what is missing."""
        return self.url("pipeline:move", pk=self.object.pk)

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if request.headers.get("Accept") != "application/json":
            return super().post(request, *args, **kwargs)
        self.load()
        form = self.get_form(request.POST)
        if not form.is_valid():
            return JsonResponse({"refused": _("This move could not be read. Reload the page.")}, status=422)
        before = self.stage
        try:
            moved = self.act(form)
        except ChangedMeanwhile:
            self.object.refresh_from_db()
            refused = self.said(self.beaten)
            return JsonResponse({"refused": refused, **self.told({self.stage, before})}, status=409)
        except DomainError as error:
            url = self.form_url(error) if error.code in self.asks_more else ""
            return JsonResponse({"refused": str(error), "url": url}, status=422)
        self.object = moved
        codes = {before, form.cleaned_data["expected"], self.stage}
        return JsonResponse({"said": self.said(self.moved), **self.told(codes)})

    def said(self, sentence) -> str:
        return str(sentence) % {"name": self.object, "stage": self.kind.stages(self.stage).label}

    def changed_meanwhile(self, form) -> HttpResponse:
        self.object.refresh_from_db()
        form.add_error("to", _("Somebody moved it meanwhile. Look at its stage, then choose again."))
        return self.invalid(form)

    def told(self, codes: set[str]) -> dict:
        """The card as it is now, its stage, and the heads of these stages under the filters of the board."""
        asked = QueryDict(self.request.POST.get("query", "").removeprefix("?"))
        found = self.kind.counted(self.narrowed(asked).qs, self.membership, now=timezone.now())
        context = {
            "view": self,
            "membership": self.membership,
            "organization": self.membership.organization,
            "is_of_asks": self.kind is boards.OPPORTUNITIES,
        }
        card = self.kind.card(self.object, self.membership)
        return {
            "stage": self.stage,
            "card": render_to_string("pipeline/_card.html", context | {"card": card}, self.request),
            "stages": {
                code: render_to_string("pipeline/_head.html", context | {"stage": found[code]}, self.request)
                for code in codes
                if code
            },
        }

    def get_success_url(self) -> str:
        return self.url(self.board_url_name)


class OpportunityMoveView(OpportunityBoardMixin, MoveView):
    """The same of an opportunity; where it is won, another form asks what was given."""

    permission = "pipeline.change"
    form_class = OpportunityMoveForm
    success_message = gettext_lazy("The opportunity is moved.")
    asks_more = ("win", "reason")
    question = gettext_lazy("Move “%(name)s” to another stage")
    moved = gettext_lazy("“%(name)s” is now at “%(stage)s”.")
    beaten = gettext_lazy("Somebody moved “%(name)s” meanwhile: it is now at “%(stage)s”.")

    def get_queryset(self):
        return super().get_queryset().select_related("contact__owner", "owner__user", "organization")

    def act(self, form) -> Opportunity:
        return services.move_opportunity(self.object, **form.cleaned_data, by=self.membership)

    def form_url(self, error: DomainError) -> str:
        name = "pipeline:opportunity_win" if error.code == "win" else "pipeline:opportunity_move"
        return self.url(name, pk=self.object.pk)

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        is_form = request.headers.get("Accept") != "application/json"
        if is_form and request.POST.get("to") == OpportunityStage.WON:
            return self.go(self.url("pipeline:opportunity_win", pk=self.get_object().pk))
        return super().post(request, *args, **kwargs)

    def get_success_url(self) -> str:
        return self.object.get_absolute_url()
