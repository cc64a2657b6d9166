"""Writes on templates."""

from django.db import transaction
from django.utils.translation import gettext as _

from crm.accounts import audit
from crm.core import texting
from crm.core.errors import DomainError, validated
from crm.outreach import merge
from crm.outreach.choices import MailingStatus, Purpose
from crm.outreach.models import MessageTemplate

SUBJECTS, BODIES = ("subject_fr", "subject_en"), ("body_fr", "body_en")


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
    _check_size(template)
    for name in (*SUBJECTS, *BODIES):
        if problem := merge.problem(getattr(template, name), merge.FIELDS[template.purpose]):
            raise DomainError(problem, field=name, code="field")
    validated(template, exclude=["organization"])
    template.save()
    audit.saved(template, before=before, by=by)
    return template


def _check_size(template: MessageTemplate) -> None:
    """A text message is short, and has no subject; everything else has one."""
    if template.purpose != Purpose.TEXT:
        if missing := next((name for name in SUBJECTS if not getattr(template, name)), ""):
            raise DomainError(_("Write a subject."), field=missing, code="subject")
        return
    if long := next((name for name in BODIES if len(getattr(template, name)) > texting.MOST), ""):
        said = _("A text message holds %(count)s characters at most.") % {"count": texting.MOST}
        raise DomainError(said, field=long, code="long")
