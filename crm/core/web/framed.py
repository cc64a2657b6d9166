"""An e-mail in a frame of a page: its inline styles are allowed there and nothing else is."""

from django.http import HttpResponse

# A whole policy (``_csp_config``) rather than changes to ours, so that nothing of ours is inherited. The sandbox keeps
# scripts and forms out; links open in a tab of their own, since our pages refuse to be framed.
POLICY = {
    "default-src": ["'none'"],
    "style-src": ["'unsafe-inline'"],
    "img-src": ["data:"],
    "base-uri": ["'none'"],
    "form-action": ["'none'"],
    "frame-ancestors": ["'self'"],
    "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
}


def framed(html: str) -> HttpResponse:
    """The answer of the frame's own address."""
    response = HttpResponse(html.replace("<head>", '<head><base target="_blank">', 1))
    response._csp_config = POLICY
    response["X-Frame-Options"] = "SAMEORIGIN"
    return response
