"""What people and workers do with a mailing, and what became of it."""

from django.core import mail

from crm.core import operations
from crm.outreach import mailings, services
from crm.outreach.models import Mailing


def start(mailing: Mailing, *, by) -> Mailing:
    return services.start_mailing(mailing, seen=mailings.preview_of(mailing).seen, by=by)


def run(mailing: Mailing) -> Mailing:
    """What workers do, to the end."""
    mailing.refresh_from_db()
    operations.run_to_end(mailing.operation_id)
    mailing.refresh_from_db()
    return mailing


def sent_to() -> list[str]:
    """Whom the mail server heard of, the word to who wrote it apart."""
    return sorted(one.to[0] for one in mail.outbox if one.to[0].endswith("x.test"))


def outcome(mailing: Mailing) -> dict[str, str]:
    rows = mailing.recipients.select_related("contact", "communication__email")
    return {
        row.contact.last_name: row.left_out or (row.communication.email.status if row.communication.email else "letter")
        for row in rows
    }
