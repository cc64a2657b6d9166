"""Buttons that carry their permission: the same object draws the button and decides who sees it."""

from dataclasses import dataclass, field

from django.http import HttpRequest

from crm.core.web.urls import org_url


@dataclass(frozen=True)
class Link:
    """A button that leads to a screen. ``query`` keeps the list's present filters in the address."""

    label: object
    url_name: str
    icon: str
    permission: str
    primary: bool = False
    kwargs: dict = field(default_factory=dict)

    def bound(self, request: HttpRequest, **kwargs) -> "BoundLink | None":
        if not request.membership.can(self.permission):
            return None
        return BoundLink(self.label, org_url(request, self.url_name, **self.kwargs, **kwargs), self.icon, self.primary)


@dataclass(frozen=True)
class BoundLink:
    label: object
    url: str
    icon: str
    primary: bool = False


@dataclass(frozen=True)
class Menu:
    """A button that opens on several links: those the person may follow."""

    label: object
    icon: str
    links: tuple[Link, ...]

    def bound(self, request: HttpRequest) -> "BoundMenu | None":
        links = [bound for link in self.links if (bound := link.bound(request))]
        return BoundMenu(self.label, self.icon, links) if links else None


@dataclass(frozen=True)
class BoundMenu:
    label: object
    icon: str
    links: list[BoundLink]
