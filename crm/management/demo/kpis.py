"""The demo's KPIs: some that Merci measures, some that people write down, with a history one can read."""

from datetime import timedelta
from decimal import Decimal

from django.utils.translation import override

from crm.insights import metrics, services
from crm.insights.choices import Metric, Unit
from crm.insights.models import Kpi, KpiValue

# French and English: name, what it counts. Then: unit, target, value when the year began, value today, weeks between entries.
BY_HAND = (
    ("Heures de bénévolat", "Volunteer hours", "Depuis le 1er janvier", "Since January 1", Unit.HOURS, 1800, 0, 1486, 1),
    ("Repas servis", "Meals served", "À la cuisine, depuis le 1er janvier", "In the kitchen, since January 1", Unit.NONE,
     12_000, 0, 11_240, 2),
    ("Délai de réponse aux demandes", "Time to answer a request", "Moyenne du mois", "Average of the month", Unit.DAYS, 3, 7,
     4, 4),
)  # fmt: skip
FEWER = (Unit.DAYS,)
MEASURED = (Metric.RAISED, Metric.RETENTION, Metric.MONTHLY, Metric.NEW_DONORS, Metric.THANKS_DUE)
TARGETS = {Metric.RAISED: Decimal("1.15"), Metric.RETENTION: Decimal("1.2"), Metric.NEW_DONORS: Decimal("1.1")}
NOTES = (
    ("Feuilles de nuit ajoutées", "Night-shift sheets added"),
    ("Deux feuilles comptées en double", "Two sheets counted twice"),
)
DAYS = 120


def build(story) -> None:
    is_french = story.organization.default_language == "fr"
    admin = story.members["admin"]
    begun = story.now - timedelta(days=300)
    with story.happened(begun):
        for metric in MEASURED:
            is_featured = metric == Metric.NEW_DONORS  # My day shows the others already
            with override(story.organization.default_language):
                title = str(metric.label)
            services.create_kpi(title=title, metric=metric, is_featured=is_featured, by=admin)
        for french, english, what, said, unit, target, start, _now, _weeks in BY_HAND:
            services.create_kpi(
                title=french if is_french else english, description=what if is_french else said, unit=unit,
                target=Decimal(target), starts_on=story.today.replace(month=1, day=1),
                ends_on=story.today.replace(month=12, day=31), starts_at=Decimal(start), fewer_is_better=unit in FEWER,
                by=admin,
            )  # fmt: skip
    _write_down(story, is_french=is_french)
    _measure(story)


def _write_down(story, *, is_french: bool) -> None:
    """By whoever keeps the figures, now and then; the last ones with what explains them."""
    by = story.members.get("member", story.members["admin"])
    rows = Kpi.objects.of(story.organization).filter(metric="").in_order()
    for kpi, (*_words, start, now, weeks) in zip(rows, BY_HAND, strict=True):
        steps = 44 // weeks
        for step in range(1, steps + 1):
            wanted = start + (now - start) * step / steps
            value = Decimal(round(wanted * (1 + 0.03 * story.rng.uniform(-1, 1)))) if step < steps else Decimal(now)
            days = (steps - step) * 7 * weeks
            note = NOTES[step % 2][0 if is_french else 1] if step > steps - 6 and step % 3 == 0 else ""
            with story.happened(story.now - timedelta(days=days)):
                services.record_value(kpi, value=value, on=story.today - timedelta(days=days), note=note, by=by)


def _measure(story) -> None:
    """As if it had been measured every night: gifts as they came, the rest towards what it is today."""
    here = metrics.whole(story.organization)
    for kpi in Kpi.objects.of(story.organization).live():
        now = metrics.measured(kpi.metric, here)
        kpi.values.all().delete()
        if now is None:
            continue
        values, level = [], Decimal(1)
        for back in range(1, DAYS):
            day = story.today - timedelta(days=back)
            if kpi.metric == Metric.RAISED:
                value = metrics.measured(kpi.metric, metrics.Here(story.organization, day, here.see))
            else:
                level *= Decimal(str(1 - story.rng.uniform(-0.004, 0.009)))
                value = (now * level).quantize(Decimal("0.1") if kpi.unit == Unit.PERCENTAGE else Decimal(1))
            values.append(KpiValue(organization=story.organization, kpi=kpi, on=day, value=value, target=kpi.target))
        KpiValue.objects.bulk_create(values)
        if kpi.metric in TARGETS:
            target = (now * TARGETS[Metric(kpi.metric)]).quantize(Decimal(1))
            services.update_kpi(kpi, target=target, by=story.members["admin"])
        services.measure_kpi(kpi)
