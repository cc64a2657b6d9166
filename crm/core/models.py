"""Abstract parents, and the three technical tables every domain leans on: operations, e-mails, heartbeats."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.core.querysets import ScopedQuerySet
from crm.core.web.urls import org_url


class Timestamped(models.Model):
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("updated"), auto_now=True, editable=False)

    class Meta:
        abstract = True


class Tenanted(Timestamped):
    """A row that belongs to exactly one organization."""

    organization = models.ForeignKey(
        "accounts.Organization", on_delete=models.PROTECT, related_name="+", verbose_name=_("organization")
    )

    class Meta:
        abstract = True


class OperationQuerySet(ScopedQuerySet):
    resource = "operations"
    owner_path = "started_by"


def result_path(operation: "Operation", name: str) -> str:
    """A folder for each: what a killed attempt left there is found again."""
    return f"operations/results/{operation.pk}/{name}"


class Operation(Tenanted):
    """Work longer than a request: import, export, receipt run… advanced chunk by chunk, resumable, stoppable.

    ``cursor`` says where the next chunk begins and moves in the same transaction as the chunk's rows, so a chunk is
    done exactly once whatever is killed or run twice.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("In progress")
        DONE = "done", _("Done")
        FAILED = "failed", _("Stopped by an error")
        CANCELLED = "cancelled", _("Cancelled")

    kind = models.CharField(_("kind"), max_length=40)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.WAITING)
    params = models.JSONField(default=dict, blank=True)
    cursor = models.JSONField(default=dict, blank=True)
    total = models.PositiveIntegerField(_("total"), default=0)
    done = models.PositiveIntegerField(_("done"), default=0)
    failed = models.PositiveIntegerField(_("failed"), default=0)
    error = models.TextField(_("error"), blank=True)
    result = models.JSONField(default=dict, blank=True)
    result_file = models.FileField(_("result"), upload_to=result_path, blank=True)
    started_by = models.ForeignKey(
        "accounts.Membership", on_delete=models.PROTECT, related_name="+", verbose_name=_("started by")
    )
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    moved_at = models.DateTimeField(_("last progress"), null=True, blank=True)
    runner = models.CharField(max_length=16, blank=True, default="", editable=False)  # who is moving it at present
    stumbles = models.PositiveSmallIntegerField(default=0, editable=False)  # chunks begun since the last finished one
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    undone_by = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="undoes"
    )

    objects = OperationQuerySet.as_manager()

    class Meta:
        verbose_name = _("operation")
        verbose_name_plural = _("operations")
        indexes = [
            models.Index(fields=["organization", "-created_at"], name="operation_recent"),
            models.Index(fields=["status", "moved_at"], name="operation_stuck"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    def get_absolute_url(self) -> str:
        return org_url(self, "core:operation_detail", pk=self.pk)

    def is_owned_by(self, membership) -> bool:
        return self.started_by_id == membership.pk

    @property
    def is_over(self) -> bool:
        return self.status in {self.Status.DONE, self.Status.FAILED, self.Status.CANCELLED}

    @property
    def percent(self) -> int:
        """Whole per cent of the rows already looked at; 100 only when it is really over."""
        if self.status == self.Status.DONE:
            return 100
        return min(99, (self.done + self.failed) * 100 // self.total) if self.total else 0


class OperationStep(models.Model):
    """What one chunk of an operation changed, so that it can be undone; of an undo, what it had to leave as it is."""

    operation = models.ForeignKey(Operation, on_delete=models.CASCADE, related_name="steps", db_index=False)
    number = models.PositiveIntegerField()
    data = models.JSONField()

    class Meta:
        verbose_name = _("step of an operation")
        verbose_name_plural = _("steps of operations")
        constraints = [models.UniqueConstraint(fields=["operation", "number"], name="operation_step_once")]

    def __str__(self) -> str:
        return f"{self.operation_id}:{self.number}"


class OutgoingEmailQuerySet(ScopedQuerySet):
    resource = "settings"


class OutgoingEmail(models.Model):
    """One message to one address. ``key`` makes it unique: whatever is retried, a key is sent once.

    A row still “sending” after a crash is never sent again by itself: nobody can know whether the server took it.
    """

    class Status(models.TextChoices):
        QUEUED = "queued", _("Queued")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")

    organization = models.ForeignKey(
        "accounts.Organization", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    key = models.CharField(max_length=160, unique=True)
    batch = models.CharField(
        max_length=40, blank=True, default=""
    )  # sent together (crm.core.mail_batches); empty: at once
    recipient = models.EmailField()
    language = models.CharField(max_length=2)
    subject = models.CharField(max_length=250)
    text = models.TextField()
    html = models.TextField(blank=True)
    headers = models.JSONField(default=dict, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    sent_at = models.DateTimeField(null=True, blank=True)
    # What the provider reported since (crm.core.mail_events); a mail server alone reports nothing.
    provider_number = models.CharField(max_length=250, blank=True, default="")
    delivered_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    clicked_at = models.DateTimeField(null=True, blank=True)
    bounced_at = models.DateTimeField(null=True, blank=True)
    complained_at = models.DateTimeField(null=True, blank=True)

    objects = OutgoingEmailQuerySet.as_manager()

    class Meta:
        verbose_name = _("outgoing e-mail")
        verbose_name_plural = _("outgoing e-mails")
        indexes = [
            models.Index(fields=["status", "created_at"], name="outgoing_email_state"),
            models.Index(fields=["batch", "status", "id"], condition=~models.Q(batch=""), name="outgoing_email_batch"),
            models.Index(
                fields=["provider_number"], condition=~models.Q(provider_number=""), name="outgoing_email_number"
            ),
        ]

    def __str__(self) -> str:
        return self.key

    def get_absolute_url(self) -> str:
        return org_url(self, "core:job_list")


class MailEvent(models.Model):
    """What a provider reported of a message, once each (:mod:`crm.core.mail_events`). Followed, it holds no address any more."""

    class Kind(models.TextChoices):
        DELIVERED = "delivered", _("Delivered")
        OPENED = "opened", _("Opened")
        CLICKED = "clicked", _("Clicked")
        BOUNCED = "bounced", _("Came back")
        REFUSED = "refused", _("Refused")
        COMPLAINED = "complained", _("Marked as spam")
        UNSUBSCRIBED = "unsubscribed", _("Unsubscribed")

    provider = models.CharField(max_length=20)
    identity = models.CharField(max_length=64)  # the provider’s own, or a digest of what it says
    kind = models.CharField(max_length=12, choices=Kind)
    email = models.ForeignKey(OutgoingEmail, on_delete=models.CASCADE, null=True, related_name="events")
    number = models.CharField(max_length=250, blank=True)
    word = models.CharField(max_length=80, blank=True)
    recipient = models.CharField(max_length=254, blank=True)
    said = models.TextField(blank=True)
    is_final = models.BooleanField(default=False)
    happened_at = models.DateTimeField()
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    followed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("report about an e-mail")
        verbose_name_plural = _("reports about e-mails")
        constraints = [
            models.UniqueConstraint(fields=["provider", "identity", "kind"], name="mail_event_once"),
        ]
        indexes = [
            models.Index(fields=["created_at"], name="mail_event_age"),
            models.Index(fields=["id"], condition=models.Q(followed_at=None), name="mail_event_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.kind} {self.identity}"


class OutgoingText(models.Model):
    """One text message to one number (:mod:`crm.core.texting`). ``key`` makes it unique: whatever is retried, a key is sent
    once. A row still “sending” after a crash is never sent again by itself.
    """

    Status = OutgoingEmail.Status

    organization = models.ForeignKey("accounts.Organization", on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=160, unique=True)
    batch = models.CharField(
        max_length=40, blank=True, default=""
    )  # sent together (crm.core.text_batches); empty: at once
    recipient = models.CharField(max_length=20, blank=True)  # E.164
    text = models.TextField(blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)  # a code of the provider, or a sentence of ours
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    sent_at = models.DateTimeField(null=True, blank=True)
    provider_number = models.CharField(max_length=64, blank=True, default="")
    delivered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("outgoing text message")
        verbose_name_plural = _("outgoing text messages")
        indexes = [
            models.Index(fields=["status", "created_at"], name="outgoing_text_state"),
            models.Index(fields=["batch", "status", "id"], condition=~models.Q(batch=""), name="outgoing_text_batch"),
        ]

    def __str__(self) -> str:
        return self.key


class Heartbeat(models.Model):
    """The last sign of life of a part of the system, by name (``worker``)."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")

    def __str__(self) -> str:
        return self.name
