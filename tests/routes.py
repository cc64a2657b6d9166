"""Every address of the product, found by walking the URLconf: a new screen cannot be forgotten by the tests."""

from dataclasses import dataclass
from functools import lru_cache

from django.urls import URLPattern, URLResolver, get_resolver

from crm.core.web.views import ScopedView

# Addresses that are not screens of an organization, each with its reason.
PERSONAL_NAMESPACES = {"me": "the signed-in person's own pages"}
LIBRARY_NAMESPACES = {"admin": "Django admin, superusers only"}
PUBLIC = {
    "root": "redirects to the home page, which asks to sign in",
    "outbox": "development only, never routed in production",
    "outbox_letter": "development only, never routed in production",
    "outbox_body": "development only, never routed in production",
    "stripe_webhook": "messages of Stripe, each signed with a secret of the organization",
    "mail_webhook": "reports of the provider of e-mail, signed or with a secret of the installation",
    "text_webhook": "reports of Twilio about text messages, signed with the secret of the installation's account",
    "verify:file": "in the e-mail of a receipt, signed by the installation: its file, until it is void",
    "verify:receipt": "printed on each receipt with a code of its own: status, date and eligible amount",
    "unsubscribe:email": "in an e-mail to many, signed by the installation: stops e-mails of one person, by a POST",
    "notifications:digest_stop": "signed link of an e-mail, confirmed by a POST",
}


@dataclass(frozen=True)
class Route:
    name: str
    pattern: str
    view: object

    @property
    def is_screen(self) -> bool:
        return isinstance(self.view, type) and issubclass(self.view, ScopedView)

    @property
    def has_pk(self) -> bool:
        return "<int:pk>" in self.pattern

    @property
    def model(self):
        """What the number in the address names: the view's model, unless it says otherwise."""
        return getattr(self.view, "pk_model", None) or self.view.model

    def __str__(self) -> str:
        return self.name


def _walk(patterns, prefix: str, namespace: str):
    for entry in patterns:
        text = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = ":".join(part for part in (namespace, entry.namespace) if part)
            yield from _walk(entry.url_patterns, text, inner)
        elif isinstance(entry, URLPattern):
            view = getattr(entry.callback, "view_class", entry.callback)
            name = f"{namespace}:{entry.name}" if namespace else entry.name or text
            yield Route(name, text, view)


@lru_cache(maxsize=1)
def all_routes() -> list[Route]:
    return list(_walk(get_resolver().url_patterns, "", ""))


def screens() -> list[Route]:
    """The routes inside an organization."""
    return [route for route in all_routes() if "<slug:organization>" in route.pattern]
