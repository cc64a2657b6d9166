from datetime import datetime

from django.db.models import OuterRef, Q
from django.db.models.functions import Lower

from crm.core.querysets import ScopedQuerySet
from crm.outreach.choices import Fate, MailingStatus


def has_fate(fate: str, path: str = "") -> Q:
    """A condition: it was reported of the e-mail at ``path``. Whoever clicked has opened it, pictures or not."""
    found = Q(**{f"{path}{fate}_at__isnull": False})
    return found | Q(**{f"{path}clicked_at__isnull": False}) if fate == Fate.OPENED else found


def _carried(status: str) -> Q:
    """A condition on recipients: the row that carries their e-mail or their text message is in this state."""
    return Q(communication__email__status=status) | Q(communication__text_message__status=status)


class TemplateQuerySet(ScopedQuerySet):
    """Everybody who writes to donors reads the templates, whoever made them."""

    resource = "outreach"

    def visible_to(self, membership) -> "TemplateQuerySet":
        if membership.scope("outreach.view") == "none":
            return self.none()
        return self.filter(organization_id=membership.organization_id)

    def active(self) -> "TemplateQuerySet":
        return self.filter(is_active=True)


class CommunicationQuerySet(ScopedQuerySet):
    resource = "outreach"
    owner_path = "contact__owner"

    def to_print(self) -> "CommunicationQuerySet":
        return self.filter(channel="letter", printed_at=None, happened_on=None)

    def written_down(self) -> "CommunicationQuerySet":
        """By somebody, after it happened."""
        return self.filter(happened_on__isnull=False)

    def in_state(self, status: str) -> "CommunicationQuerySet":
        """Those waiting, sent or failed: a letter by its printing, an e-mail by the row of the mailer; or with this fate."""
        if status in Fate.values:
            texts = Q(text_message__delivered_at__isnull=False) if status == Fate.DELIVERED else Q(pk=None)
            return self.filter(has_fate(status, "email__") | texts)
        on_its_way = ["queued", "sending"]
        if status == "waiting":
            return self.filter(
                Q(channel="letter", printed_at=None, happened_on=None)
                | Q(channel="email", email__status__in=on_its_way)
                | Q(channel="sms", text_message__status__in=on_its_way)
            )
        if status == "sent":
            letters, emails = Q(channel="letter", printed_at__isnull=False), Q(channel="email", email__status="sent")
            texts = Q(channel="sms", text_message__status="sent")
            return self.filter(letters | emails | texts | Q(happened_on__isnull=False))
        emails = Q(channel="email") & (Q(email__status="failed") | Q(email=None))
        texts = Q(channel="sms") & (Q(text_message__status="failed") | Q(text_message=None))
        return self.filter(emails | texts, happened_on=None)


class MailingQuerySet(ScopedQuerySet):
    resource = "outreach"
    owner_path = "created_by"

    def due(self, *, now: datetime) -> "MailingQuerySet":
        """Those scheduled for a moment that has come."""
        return self.filter(status=MailingStatus.SCHEDULED, scheduled_for__lte=now)


class RecipientQuerySet(ScopedQuerySet):
    resource = "outreach"
    owner_path = "contact__owner"

    def failed(self) -> "RecipientQuerySet":
        """Whose message was refused, or whose words are gone before it left."""
        emails = Q(communication__email__status="failed") | Q(communication__email=None)
        texts = Q(communication__text_message__status="failed") | Q(communication__text_message=None)
        emails, texts = emails & Q(communication__channel="email"), texts & Q(communication__channel="sms")
        return self.filter(emails | texts, left_out="")

    def doubtful(self) -> "RecipientQuerySet":
        """The other side may have it or not: the line went dead, or the worker, as it took it."""
        return self.filter(_carried("sending"), left_out="")

    def in_state(self, state: str) -> "RecipientQuerySet":
        """``waiting``, ``sent``, ``failed``, ``doubtful``, ``left_out``, or a fate."""
        if state in Fate.values:
            fate = has_fate(state, "communication__email__")
            if state == Fate.DELIVERED:
                fate |= Q(communication__text_message__delivered_at__isnull=False)
            return self.filter(fate, left_out="")
        if state == "left_out":
            return self.exclude(left_out="")
        if state in ("failed", "doubtful"):
            return getattr(self, state)()
        letter = Q(communication__channel="letter")
        if state == "sent":
            return self.filter(_carried("sent") | letter & Q(communication__printed_at__isnull=False), left_out="")
        return self.filter(_carried("queued") | letter & Q(communication__printed_at=None), left_out="")


class SuppressedQuerySet(ScopedQuerySet):
    """Addresses are the whole organization's: whoever sees only their own contacts sees none of the list."""

    resource = "outreach"

    def of_outer(self, path: str = "") -> "SuppressedQuerySet":
        """For :class:`~django.db.models.Exists` on rows whose contact is at ``path`` (``gift__contact__``): its main address."""
        return self.filter(organization=OuterRef(f"{path}organization"), address=Lower(OuterRef(f"{path}email")))
