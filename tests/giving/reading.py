"""Reading a page as a person does: elements by CSS selector, their words."""

import cssselect2
import tinyhtml5
from django.contrib.messages import get_messages


class Node:
    """An element of a page."""

    def __init__(self, wrapper: cssselect2.ElementWrapper) -> None:
        self.wrapper = wrapper

    def css(self, selector: str) -> list["Node"]:
        return [Node(found) for found in self.wrapper.query_all(selector)]

    def one(self, selector: str) -> "Node":
        (found,) = self.css(selector)
        return found

    def get(self, name: str) -> str | None:
        return self.wrapper.etree_element.get(name)

    def all(self, selector: str, name: str) -> list[str | None]:
        """One attribute of every element found."""
        return [node.get(name) for node in self.css(selector)]

    def texts(self, selector: str) -> list[str]:
        return [node.words for node in self.css(selector)]

    @property
    def text(self) -> str:
        """Every character inside, spaces as they are."""
        return "".join(self.wrapper.etree_element.itertext())

    @property
    def words(self) -> str:
        """The text with runs of any white space as one space, no-break ones too."""
        return " ".join(self.text.split())


def page(response) -> Node:
    """The document of an answer that is a page, valid or refusing a form."""
    assert response.status_code in {200, 422}, response.status_code
    root = tinyhtml5.parse(response.content, namespace_html_elements=False, transport_encoding="utf-8")
    return Node(cssselect2.ElementWrapper.from_html_root(root))


def facts(response) -> dict[str, str]:
    """The figures of a page with their names."""
    return {node.one("dt").words: node.one("dd").words for node in page(response).css("dl.mc-facts > div")}


def errors(response) -> dict[str, list[str]]:
    """What the form refuses, field by field."""
    return {name: list(found) for name, found in response.context["form"].errors.items()}


def said(response) -> list[str]:
    """The messages of the answer."""
    return [str(message) for message in get_messages(response.wsgi_request)]


def gift_form(contact, fund) -> dict:
    """A gift as the form sends it."""
    return {
        "contact": contact.pk,
        "contact_text": contact.name,
        "amount": "50.00",
        "currency": "CAD",
        "received_on": "2026-11-20",
        "method": "check",
        "fund": fund.pk,
        "type": "one_time",
        "status": "completed",
        "note": "",
    }
