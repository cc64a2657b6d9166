"""Fields that administrators add to contacts."""

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from crm.accounts import audit
from crm.accounts.models import Organization
from crm.contacts.choices import CustomFieldKind
from crm.contacts.models import Contact, CustomField
from crm.core.errors import DomainError, validated
from crm.core.text import clean, fold

MOST = 40  # fields in use: beyond, a form nobody fills
MOST_CHOICES = 100


def merged_choices(field: CustomField, lines: list[tuple[str, str]]) -> list[dict]:
    """The choices after an edit. A line that keeps one of its two words keeps its code; so does the same line elsewhere.

    Codes are never given twice. A choice no longer there is retired: contacts that have it keep it.
    """
    former = {choice["code"]: choice for choice in field.choices}
    taken: set[str] = set()
    kept: list[dict] = []
    for french, english in lines:
        same = next(
            (
                choice
                for choice in former.values()
                if choice["code"] not in taken
                and (
                    (french and fold(choice.get("fr", "")) == fold(french))
                    or (english and fold(choice.get("en", "")) == fold(english))
                )
            ),
            None,
        )
        code = same["code"] if same else _free_code(former, taken)
        taken.add(code)
        kept.append({"code": code, "fr": french, "en": english})
    retired = [choice | {"retired": True} for code, choice in former.items() if code not in taken]
    return kept + retired


def _free_code(former: dict, taken: set[str]) -> str:
    number = 1
    while f"v{number}" in former or f"v{number}" in taken:
        number += 1
    return f"v{number}"


def is_used(field: CustomField) -> bool:
    """Whether any contact has a value of this field."""
    return Contact.objects.filter(organization_id=field.organization_id, custom__has_key=field.code).exists()


@transaction.atomic
def save_custom_field(field: CustomField | None = None, *, by, lines: list[tuple[str, str]] | None = None, **fields):
    """Create or change a field. Audited. Its kind is fixed once a contact has a value; its code never changes."""
    Organization.objects.select_for_update(no_key=True).get(pk=by.organization_id)
    if field is not None:
        field = CustomField.objects.select_for_update(of=("self",)).select_related("organization").get(pk=field.pk)
    before = audit.state(field) if field else None
    mine = CustomField.objects.filter(organization_id=by.organization_id)
    if field is None:
        if mine.filter(is_active=True).count() >= MOST:
            raise DomainError(_("Forty fields are in use: take one out of use first."), code="many")
        last = mine.aggregate(last=Max("position"))["last"] or 0
        field = CustomField(organization=by.organization, position=last + 1)
    former_kind = field.kind
    for name, value in fields.items():
        setattr(field, name, clean(value) if isinstance(value, str) else value)
    if not (field.label_fr or field.label_en):
        raise DomainError(_("Name the field in at least one language."), field="label_fr")
    if before and field.kind != former_kind and is_used(field):
        raise DomainError(_("Contacts have values of this field: its kind cannot change any more."), field="kind")
    _check_label(field, mine)
    _set_choices(field, lines)
    field.code = field.code or "new"
    validated(field, exclude=["organization"])
    field.save()
    if before is None:
        field.code = f"c{field.pk}"  # unique among all organizations: whoever says a change needs no other key
        field.save()
        audit.created(field, by=by)
    else:
        audit.updated(field, before=before, by=by)
    return field


def _check_label(field: CustomField, mine) -> None:
    said = {fold(label) for label in (field.label_fr, field.label_en) if label}
    for other in mine.exclude(pk=field.pk):
        if said & {fold(label) for label in (other.label_fr, other.label_en) if label}:
            raise DomainError(
                _("Another field already has this name."), field="label_fr" if field.label_fr else "label_en"
            )


def _set_choices(field: CustomField, lines: list[tuple[str, str]] | None) -> None:
    if field.kind != CustomFieldKind.CHOICE:
        field.choices = []
        return
    if lines is None:
        return
    if not lines:
        raise DomainError(_("Give at least one choice."), field="lines")
    if len(lines) > MOST_CHOICES:
        raise DomainError(_("A hundred choices at most."), field="lines")
    words = [fold(word) for pair in lines for word in set(pair) if word]
    if len(words) != len(set(words)) and any(
        fold(one[0]) == fold(two[0]) or (one[1] and fold(one[1]) == fold(two[1]))
        for place, one in enumerate(lines)
        for two in lines[place + 1 :]
    ):
        raise DomainError(_("Two choices have the same word."), field="lines")
    field.choices = merged_choices(field, lines)


@transaction.atomic
def move_custom_field(field: CustomField, *, up: bool, by) -> CustomField:
    """One place up or down in forms, filters and columns."""
    Organization.objects.select_for_update(no_key=True).get(pk=by.organization_id)
    rows = list(CustomField.objects.of(by.organization).order_by("-is_active", "position", "pk"))
    place = next(index for index, row in enumerate(rows) if row.pk == field.pk)
    other = place - 1 if up else place + 1
    if 0 <= other < len(rows):
        rows[place], rows[other] = rows[other], rows[place]
    for number, row in enumerate(rows, start=1):
        row.position = number
    CustomField.objects.bulk_update(rows, ["position"])
    field.refresh_from_db()
    return field


@transaction.atomic
def move_custom_field_up(field: CustomField, *, by) -> CustomField:
    return move_custom_field(field, up=True, by=by)


@transaction.atomic
def move_custom_field_down(field: CustomField, *, by) -> CustomField:
    return move_custom_field(field, up=False, by=by)


@transaction.atomic
def retire_custom_field(field: CustomField, *, by) -> CustomField:
    """Take a field out of forms, filters and columns. Contacts keep their values, which come back with it."""
    return save_custom_field(field, by=by, is_active=False)


@transaction.atomic
def reuse_custom_field(field: CustomField, *, by) -> CustomField:
    """Offer a field again."""
    return save_custom_field(field, by=by, is_active=True)
