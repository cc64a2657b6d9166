"""What a person was told, and when."""

from datetime import datetime

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.core.models import Tenanted
from crm.core.web.urls import org_url
from crm.notifications.querysets import DigestDeliveryQuerySet, NotificationQuerySet


class DigestDelivery(models.Model):
    """The digest of one person for one of their days. The row is the claim: it exists once, so the digest is sent once.

    It covers what happened in ``since <= moment < until``. Without an e-mail there was nothing to say.
    """

    membership = models.ForeignKey(
        "accounts.Membership", on_delete=models.CASCADE, related_name="digests", verbose_name=_("person")
    )
    on = models.DateField(_("day, where the person lives"))
    since = models.DateTimeField(_("from"))
    until = models.DateTimeField(_("to"))
    counts = models.JSONField(_("what it told"), default=dict, blank=True)
    email = models.ForeignKey(
        "core.OutgoingEmail",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("e-mail"),
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = DigestDeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("daily digest")
        verbose_name_plural = _("daily digests")
        constraints = [models.UniqueConstraint(fields=["membership", "on"], name="digest_once_a_day")]

    def __str__(self) -> str:
        return f"{self.membership_id} {self.on}"

    @property
    def status(self) -> str:
        """``empty`` (nothing to say) or the state of the e-mail: queued, sending, sent, failed."""
        return self.email.status if self.email else "empty"

    @property
    def sent_at(self):
        return self.email.sent_at if self.email else None


class Notification(Tenanted):
    """Something one person is told inside the application, once (U-01).

    It holds no words and no names: what it is about is found by ``kind`` and ``object_id`` when it is read, in the reader's
    language and as far as they may see it (:mod:`crm.notifications.kinds`). ``on``: the day it is about, by the organization's
    clock; the same thing is told again for another day only. ``data``: numbers that help to tell it.
    """

    membership = models.ForeignKey(
        "accounts.Membership", on_delete=models.CASCADE, related_name="notifications", db_index=False,
        verbose_name=_("person"),
    )  # fmt: skip
    kind = models.CharField(_("kind"), max_length=30)
    object_id = models.BigIntegerField()
    on = models.DateField(_("day"))
    data = models.JSONField(default=dict, blank=True)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)
    emailed_at = models.DateTimeField(_("sent by e-mail"), null=True, blank=True)  # or passed over then, being gone
    texted_at = models.DateTimeField(_("sent by text message"), null=True, blank=True)  # likewise

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        constraints = [
            models.UniqueConstraint(fields=["membership", "kind", "object_id", "on"], name="notification_once"),
        ]
        indexes = [
            models.Index(fields=["membership", "-created_at", "-id"], name="notification_newest"),
            models.Index(fields=["membership"], condition=models.Q(read_at=None), name="notification_unread"),
            models.Index(fields=["kind", "object_id"], name="notification_about"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.object_id}"

    def get_absolute_url(self) -> str:
        return org_url(self, "inbox:notification_list")

    def is_owned_by(self, membership) -> bool:
        return self.membership_id == membership.pk


class NoticePreferences(models.Model):
    """What one person wants to be told in one organization, and how (U-02). Without a row: everything, in Merci alone.

    ``silenced``: kinds they are not told; ``by_email``: kinds that come by e-mail too; ``by_text``: kinds that are told of by a
    text message to ``text_to`` (E.164). These wait while it is quiet: from the hour ``quiet_from`` to ``quiet_until`` (past
    midnight if need be) and all of ``quiet_days`` (0 is Monday), by their clock.
    """

    membership = models.OneToOneField(
        "accounts.Membership", on_delete=models.CASCADE, related_name="notice_preferences", verbose_name=_("person")
    )
    silenced = models.JSONField(_("not told"), default=list, blank=True)
    by_email = models.JSONField(_("by e-mail too"), default=list, blank=True)
    by_text = models.JSONField(_("by text message too"), default=list, blank=True)
    text_to = models.CharField(_("mobile number"), max_length=20, blank=True)
    quiet_from = models.PositiveSmallIntegerField(_("from"), null=True, blank=True)
    quiet_until = models.PositiveSmallIntegerField(_("to"), null=True, blank=True)
    quiet_days = models.JSONField(_("quiet days"), default=list, blank=True)

    class Meta:
        verbose_name = _("notification preferences")
        verbose_name_plural = _("notification preferences")

    def __str__(self) -> str:
        return str(self.membership_id)

    def is_quiet(self, local: datetime) -> bool:
        """Whether messages wait at this moment, given by the person’s clock."""
        if local.weekday() in self.quiet_days:
            return True
        begin, end = self.quiet_from, self.quiet_until
        if begin is None or end is None or begin == end:
            return False
        return begin <= local.hour < end if begin < end else local.hour >= begin or local.hour < end
