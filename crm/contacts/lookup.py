"""Choosing a contact inside a form, by script or without; public: gifts choose their donor with it."""

from collections.abc import Callable

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from crm.contacts.finder import hit
from crm.contacts.models import Contact
from crm.contacts.queries import find_contacts
from crm.core.text import fold
from crm.core.web.urls import org_url


class ContactWidget(forms.Widget):
    """A text field that finds contacts as one types, and the number of the one chosen.

    ``lookup.js`` makes it a combobox. Without script the text is searched on the server when the form is sent, and the
    matches come back as a choice (:func:`search_again` fills ``candidates``).
    """

    template_name = "contacts/contact_widget.html"
    url = ""
    text = ""
    candidates: tuple[Contact, ...] = ()

    def get_context(self, name, value, attrs) -> dict:
        context = super().get_context(name, value, attrs)
        drawn = context["widget"]["attrs"]
        context["widget"] |= {
            "url": self.url,
            "text": self.text,
            "candidates": self.candidates,
            "described_by": drawn.get("aria-describedby", ""),
            "is_invalid": "aria-invalid" in drawn,
        }
        return context

    def use_required_attribute(self, initial) -> bool:
        return False  # the hidden number is what is required; the text field says so itself

    def id_for_label(self, id_) -> str:
        return id_


def answer(found: list[Contact], *, detail: Callable[[Contact], str] | None = None) -> dict:
    """What ``lookup.js`` reads of these contacts; ``detail(contact)`` says more than where they live and their e-mail."""
    count = ngettext("%(count)d contact found", "%(count)d contacts found", len(found)) % {"count": len(found)}
    results = [
        {"id": contact.pk, "organization": contact.is_organization, **hit(contact).as_data()}
        | ({"detail": detail(contact)} if detail else {})
        for contact in found
    ]
    return {"results": results, "said": count}


def prepare(form, name: str, *, text: str = "") -> None:
    """Give the widget its address and what was typed; ``text`` is the name of the present choice."""
    widget = form.fields[name].widget
    widget.url = org_url(form.membership, "contacts:contact_lookup")
    widget.text = form.data.get(f"{name}_text", "").strip()[:200] if form.is_bound else text


def chosen(form, name: str, *, unclear) -> Contact:
    """The chosen contact, unless the name beside it was then changed by hand: a hidden number never wins over a text.

    ``unclear`` is the sentence that asks to choose in the list.
    """
    contact = form.cleaned_data[name]
    typed = form.fields[name].widget.text
    offered = form.data.get(f"{name}_choice")  # the search whose matches were offered, script or not
    if typed and fold(typed) != fold(contact.name) and typed != offered:
        raise ValidationError(unclear, code="unclear")
    return contact


def search_again(form, name: str, *, unclear, nobody) -> None:
    """The step without script: what was typed is looked for, and the matches are offered."""
    widget = form.fields[name].widget
    if not widget.text:
        return
    widget.candidates = tuple(find_contacts(form.membership, widget.text, limit=8))
    form.errors.pop(name)
    form.add_error(name, unclear if widget.candidates else nobody)


UNCLEAR = _("Choose the contact in the list.")
NOBODY = _("Nobody matches this name. Check the spelling, or add the contact first.")


class ContactMixin(forms.Form):
    """One field that finds a contact as one types: ``contact``, or the one named by ``contact_field``."""

    contact_field = "contact"

    def prepare_contact(self) -> None:
        known = getattr(getattr(self, "instance", None), self.contact_field, None)
        prepare(self, self.contact_field, text=known.name if known else "")

    def clean(self) -> dict:
        data = super().clean()
        name = self.contact_field
        if name in self.errors:
            search_again(self, name, unclear=UNCLEAR, nobody=NOBODY)
        elif name in self.fields and data.get(name) is not None:
            try:
                chosen(self, name, unclear=UNCLEAR)
            except ValidationError as error:
                self.add_error(name, error)
                search_again(self, name, unclear=UNCLEAR, nobody=NOBODY)
        elif name in self.fields and self.fields[name].widget.text:  # typed, and nobody chosen
            self.add_error(name, UNCLEAR)
            search_again(self, name, unclear=UNCLEAR, nobody=NOBODY)
        return data
