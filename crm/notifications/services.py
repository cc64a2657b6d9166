"""Sending digests, and stopping them."""

from datetime import date, datetime

from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from crm.accounts.models import Membership
from crm.accounts.services import update_preferences
from crm.core import mailer
from crm.core.web.urls import org_url
from crm.notifications import digest, queries
from crm.notifications.models import DigestDelivery

SALT = "notifications.digest"


def stop_token(membership: Membership) -> str:
    """What the “stop” link carries: it names one person in one organization and opens nothing else. It never expires."""
    return signing.dumps(membership.pk, salt=SALT)


def membership_of(token: str) -> Membership | None:
    try:
        pk = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    return Membership.objects.select_related("user", "organization").filter(pk=pk).first()


def _links(membership: Membership) -> dict[str, str]:
    """Addresses that work from a mailbox, in the language of the reader (active when this is called)."""
    return {
        "home_url": digest.absolute(org_url(membership, "accounts:home")),
        "profile_url": digest.absolute(reverse("me:profile")),
        "stop_url": digest.absolute(reverse("notifications:digest_stop", kwargs={"token": stop_token(membership)})),
    }


def send_digest(membership: Membership, *, on: date, now: datetime | None = None) -> DigestDelivery | None:
    """Tell one person what happened since their last digest; ``None`` when the day ``on`` already had one.

    Claims the day and queues one e-mail in one transaction: either both exist or neither does, whatever is killed or
    run twice. With nothing to say the day is claimed all the same, and no e-mail leaves.
    """
    now = now or timezone.now()
    user, organization = membership.user, membership.organization
    since, until = queries.span(membership, now)
    with override(user.language), timezone.override(queries.zone_of(membership)):
        # Reading first, outside the transaction: on SQLite it would hold the only write lock all the while.
        sections = digest.compose(membership, since, until)
        links = _links(membership)
    with transaction.atomic():
        delivery, claimed = DigestDelivery.objects.get_or_create(
            membership=membership,
            on=on,
            defaults={
                "since": since,
                "until": until,
                "counts": {code: section.count for code, section in sections.items()},
            },
        )
        if not claimed:
            return None
        if digest.has_news(sections):
            with timezone.override(queries.zone_of(membership)):
                delivery.email = mailer.send(
                    key=f"digest:{membership.pk}:{on.isoformat()}",
                    to=user.email,
                    template="digest",
                    language=user.language,
                    organization=organization,
                    context={
                        "sections": list(sections.values()),
                        "membership": membership,
                        "day": on,
                        "since": since,
                        "hour": now.replace(
                            hour=membership.digest_hour, minute=0, tzinfo=timezone.get_current_timezone()
                        ),
                        **links,
                    },
                    headers={
                        "List-Unsubscribe": f"<{links['stop_url']}>",
                        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",  # RFC 8058: mail programs show a button
                        "Auto-Submitted": "auto-generated",
                    },
                )
            delivery.save()
    return delivery


def set_digest(membership: Membership, *, wanted: bool) -> Membership:
    """Stop the digest of this organization, or have it come again, at the hour it had."""
    return update_preferences(membership, wants_digest=wanted, digest_hour=membership.digest_hour)
