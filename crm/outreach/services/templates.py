"""Writes on templates."""

from django.db import transaction
from django.utils.translation import gettext as _

from crm.accounts import audit
from crm.core.errors import DomainError, validated
from crm.outreach import merge
from crm.outreach.choices import MailingStatus
from crm.outreach.models import MessageTemplate

TEXTS = ("subject_fr", "body_fr", "subject_en", "body_en")


@transaction.atomic
def save_template(template: MessageTemplate | None = None, *, by, **fields) -> MessageTemplate:
    """Write a template down, or change one: what was sent with it stays as it was. Audited.

    Raises :class:`DomainError` for an unknown field: it is found here, not as a blank in a letter (K-02).
    """
    if template and template.mailings.filter(status__in=[MailingStatus.RUNNING, MailingStatus.PAUSED]).exists():
        raise DomainError(_("A mailing is being sent with this text: wait for its end, or stop it."), code="sending")
    before = audit.state(template) if template else None
    template = template or MessageTemplate(organization=by.organization)
    for name, value in fields.items():
        setattr(template, name, value)
    for name in TEXTS:
        if problem := merge.problem(getattr(template, name), merge.FIELDS[template.purpose]):
            raise DomainError(problem, field=name, code="field")
    validated(template, exclude=["organization"])
    template.save()
    audit.saved(template, before=before, by=by)
    return template
