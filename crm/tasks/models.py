"""What somebody has promised to do, mostly about a contact (M-01). Never background work."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.contacts.models import Contact
from crm.core.models import Tenanted
from crm.core.web.urls import org_url
from crm.tasks.choices import TaskPriority, TaskType
from crm.tasks.querysets import TaskQuerySet


class Task(Tenanted):
    """``due_on`` is a day by the organization's clock; done means ``done_at`` is set, with what came of it.

    ``cause``: what made Merci plan it (``gift:12``); nothing for what people plan. One task a cause, ever (M-02).
    """

    title = models.CharField(_("what to do"), max_length=160)
    type = models.CharField(_("type"), max_length=10, choices=TaskType, default=TaskType.FOLLOW_UP)
    priority = models.CharField(_("priority"), max_length=6, choices=TaskPriority, default=TaskPriority.MEDIUM)
    due_on = models.DateField(_("due"), null=True, blank=True)
    owner = models.ForeignKey(
        "accounts.Membership", on_delete=models.PROTECT, related_name="tasks", verbose_name=_("who does it")
    )
    contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name=_("contact")
    )
    notes = models.TextField(_("details"), blank=True, max_length=2000)
    outcome = models.CharField(_("what came of it"), max_length=250, blank=True, editable=False)
    created_by = models.ForeignKey("accounts.Membership", on_delete=models.PROTECT, null=True, related_name="+")
    cause = models.CharField(_("planned because of"), max_length=60, blank=True, editable=False)
    done_by = models.ForeignKey(
        "accounts.Membership", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    done_at = models.DateTimeField(_("done"), null=True, blank=True, editable=False)

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "cause"], condition=~models.Q(cause=""), name="task_once_for_a_cause"
            )
        ]
        indexes = [
            models.Index(fields=["owner", "due_on", "id"], condition=models.Q(done_at=None), name="task_open_of_owner"),
            models.Index(
                fields=["contact", "due_on", "id"], condition=models.Q(done_at=None), name="task_open_of_contact"
            ),
            models.Index(fields=["organization", "due_on", "id"], name="task_by_due"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return org_url(self, "tasks:task_detail", pk=self.pk)

    def is_owned_by(self, membership) -> bool:
        return self.owner_id == membership.pk

    @property
    def is_done(self) -> bool:
        return self.done_at is not None
