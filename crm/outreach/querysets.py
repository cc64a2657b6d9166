from django.db.models import Q

from crm.core.querysets import ScopedQuerySet


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
        return self.filter(channel="letter", printed_at=None)

    def in_state(self, status: str) -> "CommunicationQuerySet":
        """Those waiting, sent or failed: a letter by its printing, an e-mail by the row of the mailer."""
        if status == "waiting":
            return self.filter(
                Q(channel="letter", printed_at=None) | Q(channel="email", email__status__in=["queued", "sending"])
            )
        if status == "sent":
            return self.filter(Q(channel="letter", printed_at__isnull=False) | Q(channel="email", email__status="sent"))
        return self.filter(channel="email").filter(Q(email__status="failed") | Q(email=None))
