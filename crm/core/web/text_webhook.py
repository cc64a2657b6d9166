"""Where Twilio reports what became of a text message; signed with the secret of the account."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from crm.core import texting, twilio


@csrf_exempt
@login_not_required
@require_POST
def text_webhook(request: HttpRequest) -> HttpResponse:
    """Unsigned: 400, nothing kept. Of a message of somebody else's: 204, since asking again would change nothing."""
    if not texting.is_ready():
        raise Http404
    # The address that was asked for, as Twilio knows it: a proxy may show us another.
    url = settings.SITE_URL.rstrip("/") + request.get_full_path()
    if not twilio.is_signed(url, request.POST, request.headers.get("X-Twilio-Signature", "")):
        return HttpResponse(status=400)
    texting.heard(
        word=request.GET.get("word", ""),
        status=request.POST.get("MessageStatus", ""),
        code=request.POST.get("ErrorCode", "")[:10],
    )
    return HttpResponse(status=204)
