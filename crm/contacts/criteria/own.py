"""What contacts know of themselves, as criteria."""

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy, pgettext_lazy

from crm.accounts.choices import ReceiptPreference
from crm.accounts.models import Membership
from crm.contacts.addresses import PROVINCE_CHOICES
from crm.contacts.choices import FunnelStage, Kind, Language, Lifecycle, PointKind, Priority, Relationship
from crm.contacts.criteria import custom, kinds
from crm.contacts.criteria.base import Context, RuleError, one_of, provide, register
from crm.contacts.criteria.parts import Choices
from crm.contacts.criteria.rules import compiled
from crm.contacts.models import ContactPoint, Group, GroupMember, Segment, Tag, TagAssignment
from crm.core.money import ZERO

MOST_INSIDE = 4
PLACES = {
    "AB": pgettext_lazy("place", "in Alberta"),
    "BC": pgettext_lazy("place", "in British Columbia"),
    "MB": pgettext_lazy("place", "in Manitoba"),
    "NB": pgettext_lazy("place", "in New Brunswick"),
    "NL": pgettext_lazy("place", "in Newfoundland and Labrador"),
    "NS": pgettext_lazy("place", "in Nova Scotia"),
    "NT": pgettext_lazy("place", "in the Northwest Territories"),
    "NU": pgettext_lazy("place", "in Nunavut"),
    "ON": pgettext_lazy("place", "in Ontario"),
    "PE": pgettext_lazy("place", "in Prince Edward Island"),
    "QC": pgettext_lazy("place", "in Quebec"),
    "SK": pgettext_lazy("place", "in Saskatchewan"),
    "YT": pgettext_lazy("place", "in Yukon"),
}


class Provinces(Choices):
    def say(self, value: list, context: Context) -> str:
        return one_of(PLACES.get(code, code) for code in value)


def scoped(model):
    """Rows of a set: those the person sees; for a segment already saved, those of the organization."""

    def fetch(context: Context):
        rows = model.objects
        rows = rows.visible_to(context.membership) if context.membership else rows.of(context.organization)
        return rows.order_by("name", "pk")

    return fetch


def segments(context: Context):
    """Those one may name: not the one that is being written."""
    return scoped(Segment)(context).exclude(pk__in=context.within if context.membership else ())


def colleagues(context: Context):
    rows = Membership.objects.filter(organization=context.organization).select_related("user")
    return rows.order_by("user__first_name", "pk")


def any_case(name: str, lookup: str, text: str) -> Q:
    """Whatever the case; SQLite folds that of plain letters only, so the usual spellings are tried."""
    found = Q()
    for spelling in sorted({text, text.upper(), text.lower(), text.title()}):
        found |= Q(**{f"{name}__{lookup}": spelling})
    return found


LOOKUPS = {"is": "iexact", "starts": "istartswith", "contains": "icontains"}


def text_of(name: str):
    def build(op: str, text: str, context: Context) -> Q:
        return Q(**{name: ""}) if op == "empty" else any_case(name, LOOKUPS[op], text)

    return build


def postal_code(op: str, text: str, context: Context) -> Q:
    """However it is typed: ``g9a5`` finds ``G9A 5H7``."""
    if op == "empty":
        return Q(postal_code="")
    tight = text.replace(" ", "").upper()
    spaced = f"{tight[:3]} {tight[3:]}".strip()
    lookup = {"is": "exact", "starts": "startswith", "contains": "contains"}[op]
    return Q(**{f"postal_code__{lookup}": tight}) | Q(**{f"postal_code__{lookup}": spaced})


def column(name: str):
    return lambda codes, context: Q(**{f"{name}__in": codes})


def reachable(kind: str, name: str) -> Q:
    return ~Q(**{name: ""}) | Q(Exists(ContactPoint.objects.filter(contact=OuterRef("pk"), kind=kind)))


def in_segments(rows: list, context: Context) -> Q:
    """In any of these segments, each followed by its own rules; one that leads back to itself is refused."""
    found = Q(pk__in=[])
    for segment in rows:
        if segment.pk in context.within or len(context.within) >= MOST_INSIDE:
            raise RuleError(_("A segment cannot rest on itself, nor on too long a chain of segments."), code="cycle")
        found |= compiled(segment.rules, context.inside(segment.pk))
    return found


def moment(name: str):
    def build(first, last, context: Context) -> Q:
        if first is None and last is None:
            return Q(**{f"{name}__isnull": False})
        found = Q()
        if first is not None:
            found &= Q(**{f"{name}__gte": context.starts(first)})
        if last is not None:
            found &= Q(**{f"{name}__lt": context.starts(last.fromordinal(last.toordinal() + 1))})
        return found

    return build


def known_moment(name: str):
    """As :func:`moment`, for a column that may hold nothing: then no day fits, said so that “not” turns it round."""
    inner = moment(name)
    return lambda first, last, context: Q(**{f"{name}__isnull": False}) & inner(first, last, context)


def spent(low, high, context: Context) -> Q:
    return kinds.within("visit_total", low, high) & (Q(visit_total__gt=ZERO) | Q(visit_count__gt=0))


register(
    kinds.choices(
        code="kind", group="contact", label=gettext_lazy("Kind of contact"), of=Kind.choices, build=column("kind"),
        phrase=gettext_lazy("whose kind is %(values)s"), negative=gettext_lazy("whose kind is not %(values)s"),
    ),
    kinds.choices(
        code="language", group="contact", label=gettext_lazy("Language"), of=Language.choices, build=column("language"),
        phrase=gettext_lazy("whose language is %(values)s"), negative=gettext_lazy("whose language is not %(values)s"),
    ),
    kinds._chosen(  # noqa: SLF001 - provinces have words of their own
        Provinces(PROVINCE_CHOICES), column("province"), gettext_lazy("who live %(values)s"),
        gettext_lazy("who do not live %(values)s"), code="province", group="contact", label=gettext_lazy("Province"),
    ),
    kinds.texts(
        code="city", group="contact", label=gettext_lazy("City"), build=text_of("city"),
        phrase=gettext_lazy("whose city %(what)s"), empty=gettext_lazy("whose city is missing"),
        filled=gettext_lazy("whose city is known"),
    ),
    kinds.texts(
        code="postal_code", group="contact", label=gettext_lazy("Postal code"), build=postal_code,
        phrase=gettext_lazy("whose postal code %(what)s"), empty=gettext_lazy("whose postal code is missing"),
        filled=gettext_lazy("whose postal code is known"),
    ),
    kinds.yes_no(
        code="deceased", group="contact", label=gettext_lazy("Deceased"), build=lambda context: Q(is_deceased=True),
        yes=gettext_lazy("who are deceased"), no=gettext_lazy("who are not deceased"),
    ),
    kinds.dates(
        code="created", group="contact", label=gettext_lazy("Added to Merci"), build=moment("created_at"),
        phrase=gettext_lazy("who were added %(when)s"), known=gettext_lazy("who were added one day"),
        unknown=gettext_lazy("who were added on an unknown day"),
    ),
    kinds.choices(
        code="lifecycle", group="status", label=gettext_lazy("Giving status"), of=Lifecycle.choices,
        build=column("lifecycle"), phrase=gettext_lazy("whose giving status is %(values)s"),
        negative=gettext_lazy("whose giving status is not %(values)s"),
    ),
    kinds.choices(
        code="relationship", group="status", label=gettext_lazy("Relationship"), of=Relationship.choices,
        build=column("relationship"), phrase=gettext_lazy("whose relationship is %(values)s"),
        negative=gettext_lazy("whose relationship is not %(values)s"),
    ),
    kinds.choices(
        code="funnel_stage", group="status", label=gettext_lazy("Stage"), of=FunnelStage.choices,
        build=column("funnel_stage"), phrase=gettext_lazy("whose stage is %(values)s"),
        negative=gettext_lazy("whose stage is not %(values)s"),
    ),
    kinds.choices(
        code="priority", group="status", label=gettext_lazy("Priority"), of=Priority.choices, build=column("priority"),
        phrase=gettext_lazy("whose priority is %(values)s"), negative=gettext_lazy("whose priority is not %(values)s"),
    ),
    kinds.choices(
        code="receipt_preference", group="status", label=gettext_lazy("Official receipts"),
        of=ReceiptPreference.choices, build=column("receipt_preference"),
        phrase=gettext_lazy("whose receipt preference is %(values)s"),
        negative=gettext_lazy("whose receipt preference is not %(values)s"),
    ),
    kinds.rows(
        code="owner", group="status", label=gettext_lazy("Responsible person"), fetch=colleagues,
        gone=gettext_lazy("This rule names a person who is not of your organization."),
        build=lambda rows, context: Q(owner=None) if rows is None else Q(Q(owner__isnull=False) & Q(owner__in=rows)),
        phrase=gettext_lazy("followed by %(values)s"), negative=gettext_lazy("not followed by %(values)s"),
        empty=gettext_lazy("followed by nobody"),
    ),
    kinds.dates(
        code="last_contact", group="status", label=gettext_lazy("Last contact"), build=moment("last_contact_at"),
        phrase=gettext_lazy("last contacted %(when)s"), known=gettext_lazy("contacted one day"),
        unknown=gettext_lazy("never contacted"),
    ),
    kinds.yes_no(
        code="has_email", group="reach", label=gettext_lazy("Has an e-mail address"),
        build=lambda context: reachable(PointKind.EMAIL, "email"),
        yes=gettext_lazy("who have an e-mail address"), no=gettext_lazy("whose e-mail address is missing"),
    ),
    kinds.yes_no(
        code="has_phone", group="reach", label=gettext_lazy("Has a phone number"),
        build=lambda context: reachable(PointKind.PHONE, "phone"),
        yes=gettext_lazy("who have a phone number"), no=gettext_lazy("whose phone number is missing"),
    ),
    kinds.yes_no(
        code="has_address", group="reach", label=gettext_lazy("Has a postal address"),
        build=lambda context: ~Q(address_line1=""),
        yes=gettext_lazy("who have a postal address"), no=gettext_lazy("whose postal address is missing"),
    ),
    kinds.yes_no(
        code="do_not_contact", group="reach", label=gettext_lazy("Do not contact"),
        build=lambda context: Q(do_not_contact=True),
        yes=gettext_lazy("who ask not to be contacted"), no=gettext_lazy("who may be contacted"),
    ),
    kinds.rows(
        code="tag", group="sets", label=gettext_lazy("Tag"), fetch=scoped(Tag),
        gone=gettext_lazy("This rule names a tag that was deleted."),
        build=lambda rows, context: Q(Exists(TagAssignment.objects.filter(contact=OuterRef("pk"), tag__in=rows))),
        phrase=gettext_lazy("tagged %(values)s"), negative=gettext_lazy("not tagged %(values)s"),
    ),
    kinds.rows(
        code="group", group="sets", label=gettext_lazy("Group"), fetch=scoped(Group),
        gone=gettext_lazy("This rule names a group that was deleted."),
        build=lambda rows, context: Q(Exists(GroupMember.objects.filter(contact=OuterRef("pk"), group__in=rows))),
        phrase=gettext_lazy("in the group %(values)s"), negative=gettext_lazy("not in the group %(values)s"),
    ),
    kinds.rows(
        code="segment", group="sets", label=gettext_lazy("Segment"), fetch=segments,
        gone=gettext_lazy("This rule names a segment that was deleted."), build=in_segments,
        phrase=gettext_lazy("in the segment %(values)s"), negative=gettext_lazy("not in the segment %(values)s"),
    ),
    kinds.amounts(
        code="visit_total", group="visits", label=gettext_lazy("Spent during visits"), build=spent,
        phrase=gettext_lazy("who spent %(measure)s during visits"),
    ),
    kinds.numbers(
        code="visit_count", group="visits", label=gettext_lazy("Number of visits"),
        build=lambda low, high, context: kinds.within("visit_count", low, high),
        phrase=ngettext_lazy("who visited %(measure)s time", "who visited %(measure)s times", "n"),
    ),
    kinds.dates(
        code="last_visit", group="visits", label=gettext_lazy("Last visit"), build=known_moment("last_visit_at"),
        phrase=gettext_lazy("whose last visit was %(when)s"), known=gettext_lazy("who visited"),
        unknown=gettext_lazy("who never visited"),
    ),
)  # fmt: skip
provide(custom.criteria)
