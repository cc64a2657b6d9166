"""Writes on KPIs and their history."""

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from crm.accounts import audit
from crm.accounts.models import Organization
from crm.core.dates import today_in
from crm.core.errors import DomainError, validated
from crm.insights import metrics
from crm.insights.choices import FEWER_IS_BETTER
from crm.insights.models import Kpi, KpiValue

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2999, 12, 31)
FIXED = ("metric",)  # another measure would be another KPI: its history would lie


def _check(kpi: Kpi) -> None:
    if bool(kpi.starts_on) != bool(kpi.ends_on):
        missing = "ends_on" if kpi.starts_on else "starts_on"
        raise DomainError(_("A pace goes from one day to another: give both."), field=missing, code="dates")
    for name in ("starts_on", "ends_on"):
        day = getattr(kpi, name)
        if day is not None and not FIRST_DAY <= day <= LAST_DAY:
            raise DomainError(_("Check the year of this date."), field=name, code="date")
    if kpi.starts_on and kpi.starts_on >= kpi.ends_on:
        raise DomainError(_("This day must come after the first one."), field="ends_on", code="dates")
    if kpi.starts_on and kpi.target is None:
        raise DomainError(_("A pace leads to a target: give one, or no dates."), field="target", code="target")
    if kpi.is_live:
        kpi.unit, kpi.fewer_is_better = metrics.unit_of(kpi.metric), kpi.metric in FEWER_IS_BETTER
    validated(kpi, exclude=["organization", "created_by"])


def _locked(kpi: Kpi) -> Kpi:
    found = Kpi.objects.select_for_update(of=("self",)).select_related("organization").filter(pk=kpi.pk).first()
    if found is None:
        raise DomainError(_("Somebody deleted this KPI meanwhile."), code="gone")
    return found


def _take_stock(kpi: Kpi) -> None:
    """Its present and previous values are those of the last two entries of its history."""
    last = list(kpi.values.newest_first().values_list("value", "on")[:2])
    kpi.value, kpi.valued_on = last[0] if last else (None, None)
    kpi.previous = last[1][0] if len(last) > 1 else None
    kpi.save(update_fields=["value", "previous", "valued_on", "updated_at"])


@transaction.atomic
def create_kpi(*, by, value: Decimal | None = None, **fields) -> Kpi:
    """Follow a number: audit, last in the order, its first value (``value`` by hand, or measured at once)."""
    last = Kpi.objects.of(by.organization).aggregate(last=Max("position"))["last"]
    kpi = Kpi(organization=by.organization, created_by=by, position=(last or 0) + 1, **fields)
    _check(kpi)
    kpi.save()
    audit.created(kpi, by=by)
    if kpi.is_live:
        return measure_kpi(kpi, by=by)
    return record_value(kpi, value=value, by=by).kpi if value is not None else kpi


@transaction.atomic
def update_kpi(kpi: Kpi, *, by, **fields) -> Kpi:
    """Correct what is written of a KPI, its target too; what was recorded before keeps the target of its day. Audited."""
    kpi = _locked(kpi)
    before = audit.state(kpi)
    for name, value in fields.items():
        if name not in FIXED:
            setattr(kpi, name, value)
    _check(kpi)
    kpi.save()
    audit.updated(kpi, before=before, by=by)
    return kpi


@transaction.atomic
def delete_kpi(kpi: Kpi, *, by) -> None:
    """Follow it no more: its history goes with it; the audit log keeps what it was."""
    kpi = _locked(kpi)
    audit.deleted(kpi, by=by)
    kpi.delete()


@transaction.atomic
def record_value(kpi: Kpi, *, value: Decimal, by, on: date | None = None, note: str = "") -> KpiValue:
    """Write down what a KPI was on a day (today by the organization's clock, or earlier); earlier values stay.

    What it is at present, its trend and its change follow from the last two days. Refused for one that Merci measures.
    """
    kpi = _locked(kpi)
    today = today_in(kpi.organization.timezone)
    on = on or today
    if kpi.is_live:
        raise DomainError(_("Merci measures this one by itself."), field="value", code="live")
    if not FIRST_DAY <= on <= today:
        said = _("This day is still to come.") if on > today else _("Check the year of this date.")
        raise DomainError(said, field="on", code="date")
    row = KpiValue(
        organization=kpi.organization, kpi=kpi, on=on, value=value, target=kpi.target, note=note.strip(), recorded_by=by
    )
    validated(row, exclude=["organization", "kpi", "recorded_by"], constraints=False)
    row.save()
    audit.created(row, by=by)
    _take_stock(kpi)
    return row


def _keep(kpi: Kpi, value: Decimal | None, on: date) -> None:
    if value is not None:
        KpiValue.objects.update_or_create(
            kpi=kpi,
            on=on,
            recorded_by=None,
            defaults={"value": value, "target": kpi.target, "organization": kpi.organization},
        )
    _take_stock(kpi)


@transaction.atomic
def measure_kpi(kpi: Kpi, *, by=None) -> Kpi:
    """Measure it now. Of one day the last measure stays: measured twice, it is in the history once."""
    kpi = _locked(kpi)
    if not kpi.is_live:
        raise DomainError(_("This one is written down by people."), code="manual")
    here = metrics.whole(kpi.organization)
    _keep(kpi, metrics.measured(kpi.metric, here), here.today)
    return kpi


def measure_kpis(organization: Organization) -> int:
    """Measure all that Merci measures for an organization, each metric once; returns how many KPIs."""
    here, found, count = metrics.whole(organization), {}, 0
    for kpi in Kpi.objects.of(organization).live().order_by("pk"):
        if kpi.metric not in found:
            found[kpi.metric] = metrics.measured(kpi.metric, here)
        with transaction.atomic():
            held = Kpi.objects.select_for_update().filter(pk=kpi.pk).first()
            if held is not None:  # not deleted meanwhile
                held.organization = organization
                _keep(held, found[kpi.metric], here.today)
                count += 1
    return count


@transaction.atomic
def move_kpi(kpi: Kpi, *, to: int, by) -> Kpi:
    """Put a KPI at the ``to``-th place, from 1; beyond the end is the end. The others close up, in their order."""
    rows = list(Kpi.objects.of(by.organization).select_for_update(of=("self",)).order_by("pk"))
    rows.sort(key=lambda row: (row.position, row.pk))
    moved = next((row for row in rows if row.pk == kpi.pk), None)
    if moved is None:
        raise DomainError(_("Somebody deleted this KPI meanwhile."), code="gone")
    rows.remove(moved)
    rows.insert(max(0, to - 1), moved)
    for place, row in enumerate(rows, start=1):
        row.position = place
    Kpi.objects.bulk_update(rows, ["position"], batch_size=500)
    return moved
