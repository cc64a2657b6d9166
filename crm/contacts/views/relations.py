"""Relations of a contact, and the card of its page that shows them with the household."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from crm.contacts import households, services
from crm.contacts.forms.households import RelationForm
from crm.contacts.models import Contact, ContactRelation
from crm.contacts.relations import inverse
from crm.core.web.views import ActionView, FormView, PanelView, UpdateView


class FamilyCardView(PanelView):
    """“Household and relations”, beside the overview of a donor."""

    permission = "contacts.view"
    model = Contact
    fragment_name = "contacts/_family_card.html"
    context_name = "contact"
    title = gettext_lazy("Household and relations")

    def get_queryset(self):
        return super().get_queryset().select_related("household")

    def get_context(self, **context) -> dict:
        language = "fr" if (get_language() or "fr").startswith("fr") else "en"
        portrait = None
        if self.object.household is not None:
            portrait = households.seen_by(self.membership, self.object.household)
        lines = households.relations_seen_by(self.membership, self.object)
        may_change = self.membership.can("contacts.change", self.object) and not self.object.is_archived
        members = [one for one in portrait.people if one.pk != self.object.pk] if portrait else []
        return super().get_context(
            portrait=portrait,
            household_name=portrait.name(language) if portrait else "",
            members=members,
            lines=lines,
            may_change=may_change,
            may_house=may_change and not self.object.is_organization and (portrait is None or portrait.is_whole),
            sees_gifts=self.membership.can("gifts.view"),
            **context,
        )


class RelationCreateView(FormView):
    permission = "contacts.change"
    model = Contact
    template_name = "contacts/relation_form.html"
    submit_label = gettext_lazy("Save the relation")
    success_message = gettext_lazy("The relation is saved; it shows on both pages.")

    def load(self) -> None:
        self.object = self.get_object()

    @property
    def title(self) -> str:
        return _("New relation of %(name)s") % {"name": self.object.name}

    def get_form(self, data=None, files=None):
        return RelationForm(data, contact=self.object, membership=self.membership)

    def act(self, form) -> None:
        services.add_relation(self.object, **form.cleaned_data, by=self.membership)

    def get_context(self, **context) -> dict:
        return super().get_context(contact=self.object, **context)


class SideMixin:
    """A relation read from the page one came from: ``?from=`` the number of that contact.

    Its note may name the other one: who does not see both contacts neither reads nor changes it (403).
    """

    permission = "contacts.change"
    model = ContactRelation

    def get_queryset(self):
        return super().get_queryset().select_related("contact__organization", "other__organization")

    def get_object(self):
        relation = super().get_object()
        both = [relation.contact_id, relation.other_id]
        if Contact.objects.visible_to(self.membership).filter(pk__in=both).count() < 2:
            raise PermissionDenied
        return relation

    def side(self, relation: ContactRelation) -> tuple[Contact, Contact, str]:
        """The contact of that page, the other one, what the other one is for it."""
        if self.request.GET.get("from", "") == str(relation.other_id):
            return relation.other, relation.contact, inverse(relation.kind)
        return relation.contact, relation.other, relation.kind


class RelationUpdateView(SideMixin, UpdateView):
    template_name = "contacts/relation_form.html"
    title = gettext_lazy("Edit the relation")
    success_message = gettext_lazy("The relation is saved; it shows on both pages.")

    def load(self) -> None:
        super().load()
        self.contact, self.other, self.kind = self.side(self.object)

    def get_form(self, data=None, files=None):
        return RelationForm(data, contact=self.contact, relation=self.object, membership=self.membership)

    def act(self, form):
        kind = form.cleaned_data["kind"]
        if self.contact.pk != self.object.contact_id:
            kind = inverse(kind)
        return services.update_relation(self.object, kind=kind, note=form.cleaned_data["note"], by=self.membership)

    def get_success_url(self) -> str:
        return self.contact.get_absolute_url()

    def get_context(self, **context) -> dict:
        return super().get_context(contact=self.contact, other=self.other, editing=True, **context)


class RelationDeleteView(SideMixin, ActionView):
    service = staticmethod(services.remove_relation)
    title = gettext_lazy("Remove this relation?")
    submit_label = gettext_lazy("Remove the relation")
    danger = True
    success_message = gettext_lazy("The relation is removed from both pages.")

    def get_question(self, relation: ContactRelation) -> str:
        contact, other, kind = self.side(relation)
        words = {
            "name": contact.name,
            "other": other.name,
            "kind": dict(ContactRelation.kind.field.choices)[kind],
        }
        return (
            _("%(name)s: %(kind)s, %(other)s. Both contacts stay, and their timelines say that it was removed.") % words
        )

    def get_success_url(self, obj, result) -> str:
        return self.side(obj)[0].get_absolute_url()

    def get_cancel_url(self, obj) -> str:
        return self.side(obj)[0].get_absolute_url()
