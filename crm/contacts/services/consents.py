"""Writing down what a person agreed to."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crm.accounts import audit
from crm.contacts.choices import ConsentStatus, Severity
from crm.contacts.models import Consent, Contact
from crm.contacts.services.contacts import editable
from crm.contacts.services.timeline import log, touch
from crm.core.dates import today_in
from crm.core.errors import DomainError, validated


@transaction.atomic
def record_consent(
    contact: Contact, *, channel: str, status: str, given_on: date, source: str = "", proof: str = "", by
) -> Consent:
    """Keep the present answer for one channel; the former one stays in the audit log and on the timeline.

    A withdrawal needs no proof: it is obeyed. An express consent needs to say where it comes from (s. 13 of the law puts
    the proof on whoever sends).
    """
    contact = editable(contact)
    if given_on > today_in(contact.organization.timezone):
        raise DomainError(_("This day is still to come."), field="given_on")
    if status == ConsentStatus.EXPRESS and not (source.strip() or proof.strip()):
        raise DomainError(_("Say where this consent comes from: it may have to be proved."), field="source")
    consent = Consent.objects.filter(contact=contact, channel=channel).first()
    if consent and consent.status == ConsentStatus.WITHDRAWN and status == ConsentStatus.IMPLIED:
        raise DomainError(
            _("They withdrew their consent: only an express one, with its source, replaces that."), field="status"
        )
    before = audit.state(consent) if consent else None
    consent = consent or Consent(organization=contact.organization, contact=contact, channel=channel)
    consent.status, consent.given_on, consent.source, consent.proof = status, given_on, source.strip(), proof.strip()
    consent.recorded_by = by
    validated(consent, exclude=["organization", "contact", "recorded_by"])
    consent.save()
    audit.saved(consent, before=before, by=by)
    touch(contact)
    withdrawn = status in (ConsentStatus.WITHDRAWN, ConsentStatus.NONE)
    log(
        contact,
        "consent.withdrawn" if withdrawn else "consent.recorded",
        by=by,
        subject=consent,
        severity=Severity.WARNING if withdrawn else Severity.INFO,
        channel=channel,
        status=status,
        source=consent.source,
    )
    return consent
