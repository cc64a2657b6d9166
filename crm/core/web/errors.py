"""Refusals, said calmly."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was too old (or forged): say so in the user's language."""
    context = {"explanation": _("This page had been open for too long. Go back, reload it and try again.")}
    return render(request, "403.html", context, status=403)


def _page(request: HttpRequest, status: int) -> HttpResponse:
    return render(request, f"{status}.html", status=status)


def bad_request(request: HttpRequest, exception=None) -> HttpResponse:
    return _page(request, 400)


def forbidden(request: HttpRequest, exception=None) -> HttpResponse:
    return _page(request, 403)


def not_found(request: HttpRequest, exception=None) -> HttpResponse:
    return _page(request, 404)
