"""Sending digests, and stopping them; what else people are told outside Merci, and what they want of it."""

from dataclasses import dataclass
from datetime import date, datetime

from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import ngettext, override

from crm.accounts.models import Membership
from crm.accounts.services import update_preferences
from crm.core import mailer, texting
from crm.core.models import OutgoingText
from crm.core.web.urls import org_url
from crm.notifications import digest, kinds, queries
from crm.notifications.models import DigestDelivery, NoticePreferences, Notification

SALT = "notifications.digest"
KEY = "notices"


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


@dataclass(frozen=True)
class Draft:
    """A digest before it leaves: what it tells and the span it covers."""

    membership: Membership
    on: date
    since: datetime
    until: datetime
    sections: dict[str, digest.Section]

    @property
    def has_news(self) -> bool:
        return digest.has_news(self.sections)

    def context(self) -> dict:
        """For its template; in the language and the time zone of the reader."""
        hour = timezone.localtime(self.until).replace(hour=self.membership.digest_hour, minute=0)
        return {
            "sections": list(self.sections.values()),
            "membership": self.membership,
            "day": self.on,
            "since": self.since,
            "hour": hour,
            **_links(self.membership),
        }


def draft_digest(membership: Membership, *, on: date, now: datetime) -> Draft:
    """What the digest of this person would tell at this moment."""
    since, until = queries.span(membership, now)
    with override(membership.user.language), timezone.override(queries.zone_of(membership)):
        return Draft(membership, on, since, until, digest.compose(membership, since, until))


def preview_digest(membership: Membership, *, now: datetime) -> str:
    """The e-mail that would leave now, as HTML; nothing where there is nothing to say."""
    draft = draft_digest(membership, on=queries.day_of(membership, now), now=now)
    if not draft.has_news:
        return ""
    language = membership.user.language
    with override(language), timezone.override(queries.zone_of(membership)):
        context = mailer.frame(language, membership.organization) | draft.context()
        return mailer.render("digest", context)[2]


def send_digest(membership: Membership, *, on: date, now: datetime | None = None) -> DigestDelivery | None:
    """Tell one person what happened since their last digest; ``None`` when the day ``on`` already had one.

    Claims the day and queues one e-mail in one transaction: either both exist or neither does, whatever is killed or
    run twice. With nothing to say the day is claimed all the same, and no e-mail leaves.
    """
    # Reading first, outside the transaction: on SQLite it would hold the only write lock all the while.
    draft = draft_digest(membership, on=on, now=now or timezone.now())
    counts = {code: section.count for code, section in draft.sections.items()}
    with transaction.atomic():
        delivery, claimed = DigestDelivery.objects.get_or_create(
            membership=membership, on=on, defaults={"since": draft.since, "until": draft.until, "counts": counts}
        )
        if not claimed:
            return None
        if draft.has_news:
            with override(membership.user.language), timezone.override(queries.zone_of(membership)):
                context = draft.context()
                delivery.email = mailer.send(
                    key=f"digest:{membership.pk}:{on.isoformat()}",
                    to=membership.user.email,
                    template="digest",
                    language=membership.user.language,
                    organization=membership.organization,
                    context=context,
                    headers={
                        "List-Unsubscribe": f"<{context['stop_url']}>",
                        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",  # RFC 8058: mail programs show a button
                        "Auto-Submitted": "auto-generated",
                    },
                )
            delivery.save()
    return delivery


def set_digest(membership: Membership, *, wanted: bool) -> Membership:
    """Stop the digest of this organization, or have it come again, at the hour it had."""
    return update_preferences(membership, wants_digest=wanted)


def save_preferences(
    *, here: list[str], by_email: list[str], quiet_from: int | None, quiet_until: int | None, quiet_days: list[int], by,
    by_text: list[str] | None = None, text_to: str | None = None,
) -> NoticePreferences:  # fmt: skip
    """What one is told, and how; a kind that is not told here does not come another way either. ``by_text``, ``text_to``: as
    they were, where they are not given.
    """
    chosen = {
        "silenced": sorted(kinds.KINDS.keys() - set(here)),
        "by_email": sorted(set(by_email) & set(here)),
        "quiet_from": quiet_from,
        "quiet_until": quiet_until,
        "quiet_days": sorted(quiet_days),
    }
    if by_text is not None:
        chosen |= {"by_text": sorted(set(by_text) & set(here)), "text_to": text_to or ""}
    return NoticePreferences.objects.update_or_create(membership=by, defaults=chosen)[0]


@transaction.atomic
def email_notifications(membership: Membership, *, now: datetime | None = None) -> int:
    """One e-mail for all that waits, each told once whatever is killed or run twice; returns how many it tells.

    What is gone meanwhile, or no longer theirs to see, is passed over and makes no e-mail by itself.
    """
    told = _take(queries.EMAIL, membership, now or timezone.now())
    if not told:
        return 0
    with override(membership.user.language):
        lines = [digest.Line(text=one.text, detail=one.detail, url=digest.absolute(one.url)) for _row, one in told]
        mailer.send(
            key=_key(membership, told),
            to=membership.user.email,
            template="notices",
            language=membership.user.language,
            organization=membership.organization,
            context={
                "lines": lines,
                "url": digest.absolute(org_url(membership, "inbox:notification_list")),
                "preferences_url": digest.absolute(org_url(membership, "inbox:preferences")),
            },
            headers={"Auto-Submitted": "auto-generated"},
        )
    return len(told)


@transaction.atomic
def text_notifications(membership: Membership, *, now: datetime | None = None) -> int:
    """The same in one text message, which names nobody: a number may be mistyped, and a phone lies about. It says what kinds of
    things happened, and where to read them.
    """
    told = _take(queries.TEXT, membership, now or timezone.now())
    if not told:
        return 0
    with override(membership.user.language):
        words = ngettext(
            "Merci: %(count)d notification (%(kinds)s).", "Merci: %(count)d notifications (%(kinds)s).", len(told)
        )
        labels = dict.fromkeys(str(kinds.KINDS[row.kind].label) for row, _one in told)
        said = words % {"count": len(told), "kinds": ", ".join(labels)}
        address = digest.absolute(org_url(membership, "inbox:notification_list"))
    texting.send(
        key=_key(membership, told),
        to=queries.preferences_of(membership).text_to,
        text=f"{Truncator(said).chars(texting.MOST - len(address) - 1)} {address}",
        organization=membership.organization,
    )
    return len(told)


def _key(membership: Membership, told: list[tuple[Notification, kinds.Told]]) -> str:
    return f"{KEY}:{membership.pk}:{told[-1][0].pk}"


def _take(way: queries.Way, membership: Membership, now: datetime) -> list[tuple[Notification, kinds.Told]]:
    """What somebody is told this way now, with what each says; nothing while they are left alone. Belongs in a transaction with
    what tells it.
    """
    preferences = queries.preferences_of(membership)
    if preferences.is_quiet(now.astimezone(queries.zone_of(membership))):
        return []
    rows = list(queries.waiting(way, preferences, now).select_for_update().order_by("pk"))
    with override(membership.user.language), timezone.override(queries.zone_of(membership)):
        told = kinds.told(membership, rows)
    Notification.objects.filter(pk__in=[row.pk for row in rows]).update(**{way.told_at: now})
    return [(row, told[row.pk]) for row in rows if row.pk in told]


def stop_notices(*, text_id: int) -> bool:
    """They answered STOP to a text message that told them of notifications: no more of them; returns whether there were any."""
    key, _colon, rest = OutgoingText.objects.values_list("key", flat=True).get(pk=text_id).partition(":")
    if key != KEY:
        return False
    known = NoticePreferences.objects.filter(membership=int(rest.partition(":")[0])).exclude(by_text=[])
    return bool(known.update(by_text=[]))
