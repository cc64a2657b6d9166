"""Settings: the fields an organization adds to its contacts."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from crm.contacts.filters import CustomFieldFilter
from crm.contacts.forms.custom_fields import CustomFieldForm
from crm.contacts.models import CustomField
from crm.contacts.services import custom_fields as services
from crm.contacts.tables import CustomFieldTable
from crm.core.web.actions import Link
from crm.core.web.views import ActionView, CreateView, ListView, UpdateView


class CustomFieldListView(ListView):
    permission = "settings.view"
    model = CustomField
    table_class = CustomFieldTable
    filterset_class = CustomFieldFilter
    actions = (
        Link(gettext_lazy("New field"), "contacts:custom_field_create", "plus", "settings.change", primary=True),
    )
    title = gettext_lazy("Custom fields")
    template_name = "contacts/custom_field_list.html"
    can_export = False
    empty_icon = "forms"
    empty_title = gettext_lazy("No field of your own yet")
    empty_text = gettext_lazy("Add what you want to know about your donors: a member number, a diet, a T-shirt size.")

    def get_queryset(self):
        return super().get_queryset().order_by("-is_active", "position", "pk")


class CustomFieldFormMixin:
    """Back to the list, whatever was saved."""

    permission = "settings.change"
    model = CustomField
    form_class = CustomFieldForm
    service = staticmethod(services.save_custom_field)
    template_name = "contacts/custom_field_form.html"

    def get_success_message(self) -> str:
        return _("%(name)s is saved.") % {"name": self.object.label}

    def get_cancel_url(self) -> str:
        return self.url("contacts:custom_field_list")


class CustomFieldCreateView(CustomFieldFormMixin, CreateView):
    title = gettext_lazy("New field")
    submit_label = gettext_lazy("Save the field")


class CustomFieldUpdateView(CustomFieldFormMixin, UpdateView):
    title = gettext_lazy("Edit the field")


class CustomFieldAct(ActionView):
    """An act on one field."""

    abstract = True
    permission = "settings.change"
    model = CustomField


class CustomFieldUpView(CustomFieldAct):
    service = staticmethod(services.move_custom_field_up)
    title = gettext_lazy("Move this field up?")
    submit_label = gettext_lazy("Move up")


class CustomFieldDownView(CustomFieldAct):
    service = staticmethod(services.move_custom_field_down)
    title = gettext_lazy("Move this field down?")
    submit_label = gettext_lazy("Move down")


class CustomFieldRetireView(CustomFieldAct):
    service = staticmethod(services.retire_custom_field)
    title = gettext_lazy("Take this field out of use?")
    question = gettext_lazy(
        "It leaves forms, filters and columns. Contacts keep their values, which come back with it."
    )
    submit_label = pgettext_lazy("custom field", "Take out of use")
    success_message = gettext_lazy("The field is no longer in use.")


class CustomFieldReuseView(CustomFieldAct):
    service = staticmethod(services.reuse_custom_field)
    title = gettext_lazy("Use this field again?")
    question = gettext_lazy("It comes back to forms, filters and columns, with the values contacts have kept.")
    submit_label = gettext_lazy("Use again")
    success_message = gettext_lazy("The field is in use again.")
