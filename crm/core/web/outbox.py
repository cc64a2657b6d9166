"""The development outbox: what Merci would have sent, readable in a browser. Never routed in production."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views.generic import View

from crm.core import outbox


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
    """The HTML part alone, shown in a frame: its inline styles are allowed here and nothing else is.

    A whole policy (``_csp_config``) rather than changes to ours, so that nothing of ours is inherited. The sandbox keeps
    scripts and forms out; links open in a tab of their own, since our pages refuse to be framed.
    """

    policy = {
        "default-src": ["'none'"],
        "style-src": ["'unsafe-inline'"],
        "img-src": ["data:"],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
        "frame-ancestors": ["'self'"],
        "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
    }

    def get(self, request: HttpRequest, name: str) -> HttpResponse:
        letter = outbox.read(name)
        if letter is None or not letter.html:
            raise Http404
        response = HttpResponse(letter.html.replace("<head>", '<head><base target="_blank">', 1))
        response._csp_config = self.policy
        response["X-Frame-Options"] = "SAMEORIGIN"
        return response
