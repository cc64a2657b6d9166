"""The development outbox: what Merci would have sent, readable in a browser. Never routed in production."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views.generic import View

from crm.core import outbox
from crm.core.web.framed import framed


@method_decorator(login_not_required, name="dispatch")
class OutboxView(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "core/outbox.html", {"letters": outbox.letters()})


@method_decorator(login_not_required, name="dispatch")
class LetterView(View):
    def get(self, request: HttpRequest, name: str) -> HttpResponse:
        letter = outbox.read(name)
        if letter is None:
            raise Http404
        return render(request, "core/outbox_letter.html", {"letter": letter})


@method_decorator(login_not_required, name="dispatch")
class BodyView(View):
    """The HTML part alone, shown in a frame."""

    def get(self, request: HttpRequest, name: str) -> HttpResponse:
        letter = outbox.read(name)
        if letter is None or not letter.html:
            raise Http404
        return framed(letter.html)
