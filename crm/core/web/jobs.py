"""The Jobs page: is the worker alive, what runs by itself and when, what failed, which e-mail did not leave."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from crm.core import heartbeat, jobboard, mailer
from crm.core.errors import DomainError
from crm.core.models import OutgoingEmail
from crm.core.web.views import ActionView, PageMixin, ScopedView


class JobListView(PageMixin, ScopedView):
    permission = "settings.view"
    template_name = "core/job_list.html"
    title = _("Jobs")

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        return self.render()

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """Ask again for a job that failed for good."""
        self.check("settings.change")
        try:
            label = jobboard.ask_again(
                request.POST.get("again", ""), organization=self.membership.organization, whole=self.sees_everything()
            )
        except DomainError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("“%(job)s” is in the queue again.") % {"job": label})
        return self.go(self.url("core:job_list"))

    def sees_everything(self) -> bool:
        """The queue serves all organizations: what is told of one is not for the others, unless there are no others."""
        organizations = type(self.membership.organization).objects
        return self.request.user.is_superuser or not organizations.exclude(pk=self.membership.organization_id).exists()

    def get_context(self, **context) -> dict:
        whole = self.sees_everything()
        organization = self.membership.organization
        return super().get_context(
            title=self.title,
            state=heartbeat.worker_state(),
            whole=whole,
            scheduled=jobboard.scheduled(whole=whole),
            failures=jobboard.failures(organization=organization, whole=whole, traces=self.request.user.is_superuser),
            emails=mailer.undelivered().visible_to(self.membership)[:20],
            may_change=self.membership.can("settings.change"),
            zone=settings.TIME_ZONE,
            **context,
        )


class EmailAgainView(ActionView):
    permission = "settings.change"
    model = OutgoingEmail
    title = _("Send this e-mail again?")
    submit_label = _("Send again")
    success_message = _("The e-mail is on its way.")

    def get_question(self, email: OutgoingEmail) -> str:
        words = _(
            "“%(subject)s”, to %(recipient)s. If the first one did arrive after all, the person receives it twice."
        )
        return words % {"subject": email.subject, "recipient": email.recipient}

    def act(self, email: OutgoingEmail) -> OutgoingEmail:
        return mailer.send_again(email)
