"""Leads: people whom nobody has turned into prospects yet, and how one does (I-03)."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.contacts.choices import Lifecycle, Relationship
from crm.contacts.models import Contact
from crm.core.dates import today_in
from crm.core.web.views import FormView, ListView
from crm.pipeline import services
from crm.pipeline.filters import LeadFilter
from crm.pipeline.forms import ConvertForm
from crm.pipeline.tables import LeadTable
from crm.tasks.rules import next_monday

NOT_YET = (Lifecycle.PROSPECT, Lifecycle.ASKED)  # whoever has given is a donor, whatever was written of them first


class LeadsMixin:
    model = Contact

    def get_queryset(self):
        rows = super().get_queryset().active().filter(relationship=Relationship.LEAD, lifecycle__in=NOT_YET)
        return rows.select_related("owner__user")


class LeadListView(LeadsMixin, ListView):
    permission = "pipeline.view"
    table_class = LeadTable
    filterset_class = LeadFilter
    title = gettext_lazy("Leads")
    template_name = "pipeline/pipeline_list.html"
    empty_icon = "user-search"
    empty_title = gettext_lazy("No leads")
    empty_text = gettext_lazy(
        "People who have not given yet, and of whom nobody has made a prospect, show here: "
        "those who came by the web site, an event, a list."
    )

    def get_queryset(self):
        return super().get_queryset().order_by("-last_contact_at", "-pk")


class LeadConvertView(LeadsMixin, FormView):
    permission = "pipeline.add"
    form_class = ConvertForm
    title = gettext_lazy("Make a prospect")
    submit_label = gettext_lazy("Make a prospect")

    def load(self) -> None:
        self.object = self.get_object()
        self.check("contacts.change", self.object)

    def get_initial(self) -> dict:
        return {
            "amount": self.object.estimated_value,
            "task_title": _("Call %(name)s") % {"name": self.object.name},
            "task_due_on": next_monday(today_in(self.membership.organization.timezone)),
            "owner": self.object.owner_id or self.membership.pk,
        }

    def act(self, form: ConvertForm) -> Contact:
        self.made, _task = services.convert_lead(self.object, **form.values, by=self.membership)
        return self.made.contact

    def check_reach(self) -> None:
        """It has left the list of leads, as it should; who may follow it was checked by the service."""

    def get_context(self, **context) -> dict:
        title = _("%(name)s becomes a prospect") % {"name": self.object.name}
        return super().get_context(**context) | {"title": title}

    def get_success_message(self) -> str:
        return _("%(name)s is a prospect, with an opportunity to follow.") % {"name": self.object.name}

    def get_success_url(self) -> str:
        made = getattr(self, "made", None)
        return made.get_absolute_url() if made else self.url("pipeline:lead_list")
