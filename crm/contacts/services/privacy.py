"""What a person may ask of the charity about their own data: a copy of it, and to be forgotten (C-20, Law 25)."""

import json
import zipfile
from datetime import timedelta
from pathlib import Path, PurePath

from django.db import models, transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from crm.accounts import audit
from crm.contacts.choices import Severity
from crm.contacts.events import ContactAnonymized
from crm.contacts.holdings import family_of, holdings
from crm.contacts.models import (
    Consent,
    Contact,
    ContactPoint,
    ContactRelation,
    DuplicatePair,
    GroupMember,
    Household,
    Merge,
    Note,
    NoteVersion,
    TagAssignment,
    TimelineEvent,
    Visit,
)
from crm.contacts.services.household_upkeep import next_head
from crm.contacts.services.timeline import log
from crm.core import operations
from crm.core.errors import DomainError
from crm.core.events import publish
from crm.core.models import Operation
from crm.core.web.urls import org_url

# --- a copy of everything ---


@transaction.atomic
def start_access_pack(contact: Contact, *, by) -> Operation:
    """Queue the making of the file; the timeline and the audit log say who asked for it and when."""
    if contact.anonymized_at:
        raise DomainError(_("Nothing personal is held about this contact any more."), code="anonymized")
    log(contact, "privacy.packed", by=by)
    audit.exported(by=by, model="contacts.contact", rows=1, query=contact.name, object_id=contact.pk)
    return operations.start(kind=AccessPack.kind, by=by, total=1, contact_id=contact.pk)


def write_access_pack(contact: Contact, path: Path) -> None:
    """A zip: what a person reads, in their own language (HTML), the same as data (JSON), and the stored files."""
    with override(contact.language):
        found = holdings(contact)
        page = render_to_string(
            "pdf/access_pack.html",
            {"contact": contact, "holdings": [one for one in found if one.is_read], "now": timezone.now()},
        )
        name = str(_("personal-information"))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr(f"{name}.html", page)
        data = {one.label: one.data for one in found}
        pack.writestr(f"{name}.json", json.dumps(data, ensure_ascii=False, indent=1))
        for file in (file for one in found for file in one.files):
            if file.storage.exists(file.name):
                with file.storage.open(file.name, "rb") as stream:
                    pack.writestr(f"files/{PurePath(file.name).name}", stream.read())


@operations.register
class AccessPack(operations.Work):
    """One file, made before the transaction: it only reads."""

    kind = "access_pack"
    label = _("Copy of the personal information of a contact")
    icon = "file-zip"
    kept = timedelta(days=14)

    def contact(self, operation: Operation) -> Contact:
        return Contact.objects.select_related("organization").get(pk=operation.params["contact_id"])

    def prepare(self, operation: Operation) -> Path:
        path = self.begin_file(operation, "pack.zip")
        write_access_pack(self.contact(operation), path)
        return path

    def run_chunk(self, operation: Operation) -> operations.Progress:
        # Never the name of the person: files keep theirs when the person is forgotten.
        self.hand_over(operation, operation.prepared, name=f"contact-{operation.params['contact_id']}.zip")
        return operations.Progress(done=1, finished=True)

    def url(self, operation: Operation) -> str:
        return org_url(operation, "contacts:contact_detail", pk=operation.params["contact_id"])


# --- being forgotten ---

# What stays on an anonymized contact: what totals, reports and the law need, none of which says who it was. Everything
# else is emptied, so that a field added later is emptied too unless somebody decides otherwise here.
KEPT = {
    "id", "organization", "kind", "language", "lifecycle", "relationship", "funnel_stage", "owner", "country", "province",
    "created_at", "updated_at", "last_contact_at", "archived_at", "anonymized_at", "merged_into", "is_deceased", "priority",
    "company_size", "visit_count", "visit_total", "last_visit_at",
}  # fmt: skip
# Rows that are only about the person.
ERASED = (ContactPoint, Consent, TagAssignment, GroupMember)
# Acts that the books need; of their data, what says nothing about the person.
KEPT_VERBS = ("gift.", "receipt.", "visit.", "privacy.")
HOUSEHOLD_TEXTS = (
    "name", "formal_fr", "formal_en", "informal_fr", "informal_en", "addressee_fr", "addressee_en",
)  # fmt: skip
KEPT_DATA = {"amount", "currency", "method", "fund", "received_on", "number"}


@transaction.atomic
def anonymize_contact(contact: Contact, *, reason: str, by) -> Contact:
    """Forget who a contact was, for good. Gifts, receipts (s. 230 of the Income Tax Act) and totals stay, under a number.

    Empties the contact and those merged into it; erases notes, further e-mails, consents, relations, tags, groups and the
    acts that tell of them; takes the values out of the audit log, which keeps who changed what when; archives; marks as not
    to be contacted; publishes ContactAnonymized, for the domains above to empty what they hold. It cannot be undone.
    """
    reason = reason.strip()
    if not reason:
        raise DomainError(_("Say why: who asked, and when."), field="reason")
    rows = Contact.objects.select_for_update(of=("self",)).select_related("organization")
    family = list(rows.filter(pk__in=family_of(contact)).order_by("pk"))
    contact = next(one for one in family if one.pk == contact.pk)
    if contact.anonymized_at:
        raise DomainError(_("This contact was already anonymized."), code="anonymized")
    if contact.merged_into_id:
        raise DomainError(_("This contact lives on in another one: anonymize that one."), code="merged")
    ids = [one.pk for one in family]
    _erase(ids)
    for one in family:
        _empty(one)
        one.save()
    _scrub_audit(ids)
    audit.anonymized(contact, reason=reason, by=by)
    log(contact, "privacy.anonymized", by=by, severity=Severity.WARNING)
    publish(
        ContactAnonymized(
            organization_id=contact.organization_id, actor_id=by.pk, contact_id=contact.pk, contact_ids=tuple(ids)
        )
    )
    return contact


def _empty(contact: Contact) -> None:
    for spec in contact._meta.concrete_fields:
        if spec.name not in KEPT:
            setattr(
                contact, spec.attname, None if spec.null else "" if spec.empty_strings_allowed else spec.get_default()
            )
    contact.last_name = str(_("Anonymous %(number)s")) % {"number": contact.pk}
    contact.do_not_contact = True
    now = timezone.now()
    contact.anonymized_at, contact.archived_at = now, contact.archived_at or now


def _erase(ids: list[int]) -> None:
    NoteVersion.objects.filter(note__contact__in=ids).delete()
    notes = Note.objects.filter(contact__in=ids)
    audit.scrub("contacts.note", list(notes.values_list("pk", flat=True)))
    notes.delete()
    for model in ERASED:
        model.objects.filter(contact__in=ids).delete()
    ContactRelation.objects.filter(models.Q(contact__in=ids) | models.Q(other__in=ids)).delete()
    DuplicatePair.objects.filter(models.Q(first__in=ids) | models.Q(second__in=ids)).delete()
    Visit.objects.filter(contact__in=ids).update(note="")
    _leave_households(ids)
    for made in Operation.objects.filter(kind=AccessPack.kind, params__contact_id__in=ids):
        AccessPack().forget(made)
    Merge.objects.filter(models.Q(kept__in=ids) | models.Q(absorbed__in=ids)).update(before={})
    acts = TimelineEvent.objects.filter(contact__in=ids)
    told = models.Q()
    for verb in KEPT_VERBS:
        told |= models.Q(verb__startswith=verb)
    acts.exclude(told).delete()
    kept = list(acts)
    for event in kept:
        event.data = {name: value for name, value in event.data.items() if name in KEPT_DATA}
    TimelineEvent.objects.bulk_update(kept, ["data"], batch_size=500)


def _leave_households(ids: list[int]) -> None:
    """Texts written by hand may name the person: they are generated again from who is left; nobody left, no household."""
    households = Household.objects.filter(models.Q(head__in=ids) | models.Q(members__in=ids)).distinct()
    for household in households:
        audit.scrub("contacts.household", [household.pk])
        others = household.members.exclude(pk__in=ids)
        if not others.exists():
            Contact.objects.filter(household=household).update(household=None)
            household.delete()
            continue
        if household.head_id in ids:
            household.head = next_head(others)
        for name in HOUSEHOLD_TEXTS:
            setattr(household, name, "")
        household.save()


def _scrub_audit(ids: list[int]) -> None:
    """The log keeps who did what to which number, and when; not what the person was called or lived at."""
    audit.scrub("contacts.contact", ids)
    for model in (ContactPoint, Consent, ContactRelation, Visit):
        audit.scrub_of(model._meta.label_lower, "contact_id", ids)
    audit.scrub_of("contacts.contactrelation", "other_id", ids)
