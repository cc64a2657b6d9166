"""Visits: who came, what they spent, and totals that never drift from the rows (C-19)."""

from datetime import timedelta
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.db.models import Count, Max, Sum
from django.utils import timezone

from crm.accounts.models import AuditEntry
from crm.contacts import services
from crm.contacts.models import Contact, Visit
from crm.core.errors import DomainError
from crm.core.events import recorded
from crm.core.money import ZERO
from crm.giving.models import Gift
from tests.factories.accounts import MembershipFactory, OrganizationFactory
from tests.factories.contacts import ContactFactory
from tests.giving.reading import page


def stored(contact: Contact) -> tuple:
    return Contact.objects.values_list("visit_count", "visit_total", "last_visit_at").get(pk=contact.pk)


def added_up(contact: Contact) -> tuple:
    sums = Visit.objects.filter(contact=contact).aggregate(n=Count("pk"), total=Sum("amount"), last=Max("at"))
    return sums["n"], sums["total"] or ZERO, sums["last"]


def ago(**kwargs):
    return timezone.now().replace(second=0, microsecond=0) - timedelta(**kwargs)


def test_totals_follow_every_recording_correction_and_deletion(contact, owner, published):
    first = services.record_visit(contact, by=owner, at=ago(days=30), amount=Decimal("12.50"), note=" Came with Paul ")
    second = services.record_visit(contact, by=owner, at=ago(days=2), amount=Decimal(20))
    assert stored(contact) == (2, Decimal("32.50"), second.at) == added_up(contact)
    services.correct_visit(second, by=owner, at=ago(days=40), amount=None)
    assert stored(contact) == (2, Decimal("12.50"), first.at) == added_up(contact)
    services.delete_visit(first, by=owner)
    services.delete_visit(second, by=owner)
    assert stored(contact) == (0, ZERO, None)
    assert (first.note, len(published)) == ("Came with Paul", 2)


def test_a_total_that_had_gone_adrift_is_mended_by_the_next_visit(contact, owner):
    Contact.objects.update(visit_count=99, visit_total=Decimal(12345))
    services.record_visit(contact, by=owner, amount=Decimal(5))
    assert stored(contact)[:2] == (1, Decimal("5.00"))


def test_a_visit_is_told_on_the_day_it_took_place_and_moves_the_last_contact(contact, owner):
    Contact.objects.update(last_contact_at=ago(days=90))
    visit = services.record_visit(contact, by=owner, at=ago(days=3), amount=Decimal(5))
    event = contact.timeline.get(verb="visit.recorded")
    assert (event.at, event.data["amount"], event.subject_id) == (visit.at, "5.00", visit.pk)
    contact.refresh_from_db()
    assert contact.last_contact_at > ago(minutes=5)

    earlier = ago(days=4)
    services.correct_visit(visit, by=owner, amount=Decimal(7), at=earlier)
    event.refresh_from_db()
    assert (event.at, event.data["amount"]) == (earlier, "7.00")
    said = contact.timeline.get(verb="visit.corrected").data["changes"]
    assert set(said) == {"at", "amount"}

    services.delete_visit(visit, by=owner)
    assert contact.timeline.get(verb="visit.recorded").subject_id is None
    assert contact.timeline.filter(verb="visit.deleted").count() == 1
    actions = AuditEntry.objects.filter(model="contacts.visit").order_by("pk")
    assert list(actions.values_list("action", flat=True)) == ["create", "update", "delete"]


def test_reading_a_visit_in_the_form_and_saving_it_changes_nothing(contact, owner, browse):
    visit = services.record_visit(contact, by=owner, amount=Decimal("1234.50"))
    client = browse(owner, "fr")
    form = client.open("contacts:visit_update", pk=visit.pk).context["form"]
    typed = {"at": form["at"].value().strftime("%Y-%m-%dT%H:%M") if hasattr(form["at"].value(), "strftime")
             else form["at"].value(), "amount": "1\u00a0234,50\u00a0$", "note": ""}  # fmt: skip
    assert client.send("contacts:visit_update", typed, pk=visit.pk).status_code == 302
    assert contact.timeline.filter(verb="visit.corrected").count() == 0


@pytest.mark.parametrize(
    ("fields", "refused"),
    [
        ({"at": timezone.now() + timedelta(hours=1)}, ("future", "at")),
        ({"at": timezone.now().replace(year=1850)}, ("date", "at")),
        ({"amount": Decimal("-0.01")}, ("amount", "amount")),
        ({"amount": Decimal("NaN")}, ("amount", "amount")),
        ({"amount": Decimal(10000000000)}, ("invalid", "amount")),
        ({"note": "x" * 501}, ("invalid", "note")),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(contact, owner, fields, refused):
    with pytest.raises(DomainError) as refusal:
        services.record_visit(contact, by=owner, **fields)
    assert (refusal.value.code, refusal.value.field) == refused
    assert (Visit.objects.count(), contact.timeline.filter(verb="visit.recorded").count()) == (0, 0)


def test_two_amounts_that_fit_may_not_add_up_to_one_that_does_not(contact, owner):
    services.record_visit(contact, by=owner, amount=Decimal("9999999999.99"))
    with pytest.raises(DomainError) as refusal:
        services.record_visit(contact, by=owner, amount=Decimal("0.01"))
    assert (refusal.value.code, stored(contact)[:2]) == ("total", (1, Decimal("9999999999.99")))


def test_a_deleted_visit_meets_no_second_act(contact, owner):
    visit = services.record_visit(contact, by=owner)
    stale = Visit.objects.get(pk=visit.pk)
    services.delete_visit(visit, by=owner)
    for act in (services.correct_visit, services.delete_visit):
        with pytest.raises(DomainError) as refusal:
            act(stale, by=owner)
        assert refusal.value.code == "gone"


def test_what_is_spent_is_never_giving(contact, owner, admin, browse):
    services.record_visit(contact, by=owner, amount=Decimal(62))
    summary = page(browse(admin).open("giving:contact_summary", pk=contact.pk)).text
    assert "No gift received yet" in summary
    assert "1 visit" in summary
    assert "$62.00 spent" in summary
    assert Gift.objects.count() == 0


@pytest.mark.parametrize(("language", "typed"), [("fr", "12,50"), ("en", "12.50"), ("en", "$12.50"), ("fr", "12.50 $")])
def test_the_quick_form_reads_amounts_of_both_languages_once_however_often_it_is_sent(
    contact, owner, browse, language, typed
):
    client = browse(owner, language)
    fields = {"at": "2026-01-05T10:30", "amount": typed, "note": "", "submission": "one"}
    answers = [client.send("contacts:visit_create", fields, htmx=True, pk=contact.pk) for _twice in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert "timeline-changed" in answers[0].headers["HX-Trigger"]
    assert stored(contact)[:2] == (1, Decimal("12.50"))


@pytest.mark.parametrize(
    "fields",
    [
        {"at": "", "amount": "5"},
        {"at": "yesterday", "amount": "5"},
        {"at": "0001-01-01T00:00", "amount": "5"},
        {"at": "9999-12-31T23:59", "amount": "5"},
        {"at": "2026-01-05T10:30", "amount": "-5"},
        {"at": "2026-01-05T10:30", "amount": "NaN"},
        {"at": "2026-01-05T10:30", "amount": "1e400"},
        {"at": "2026-01-05T10:30", "amount": "99999999999999"},
        {"at": "2026-01-05T10:30", "amount": "5", "note": "x" * 501},
    ],
)
def test_a_form_filled_wrong_is_given_back_with_what_was_typed(contact, owner, browse, fields):
    response = browse(owner).send("contacts:visit_create", fields, htmx=True, pk=contact.pk)
    assert response.status_code == 422
    assert page(response).css(".invalid-feedback")
    assert Visit.objects.count() == 0


def test_who_may(contact, owner, colleague, finance, reader, member, outsider, browse):
    fields = {"at": "2026-01-05T10:30", "amount": "5"}
    answers = {
        person: browse(person).send("contacts:visit_create", fields, pk=contact.pk).status_code
        for person in (owner, member, colleague, finance, reader)
    }
    assert answers == {owner: 302, member: 302, colleague: 404, finance: 403, reader: 403}
    visit = Visit.objects.first()
    assert browse(outsider).open("contacts:visit_delete", pk=visit.pk).status_code == 404
    shown = browse(finance).open("contacts:contact_visits", pk=contact.pk).content.decode()
    assert "$5.00" in shown
    assert "/visits/new/" not in shown


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    "not __import__('django.db').db.connection.features.has_select_for_update",
    reason="SQLite lets one writer in at a time: nothing can interleave",
)
def test_visits_saved_at_the_same_moment_are_all_counted():
    organization = OrganizationFactory()
    clerk = MembershipFactory(organization=organization)
    contact = ContactFactory(organization=organization)
    with recorded():
        wrong = [services.record_visit(contact, by=clerk, amount=Decimal(10)) for _place in range(4)]
    ready, errors = Barrier(8), []

    def together(act) -> None:
        try:
            with recorded():
                ready.wait()
                act()
        except Exception as error:  # noqa: BLE001 - told to the test, whatever it is
            errors.append(error)
        finally:
            connection.close()

    def record() -> None:
        for _round in range(10):
            services.record_visit(contact, by=clerk, amount=Decimal("0.10"))

    def correct(visit: Visit) -> None:
        for dollars in range(5):
            services.correct_visit(visit, by=clerk, amount=Decimal(100 + dollars))

    threads = [Thread(target=together, args=(record,)) for _place in range(4)]
    threads += [Thread(target=together, args=(lambda visit=visit: correct(visit),)) for visit in wrong[:2]]
    threads += [Thread(target=together, args=(lambda visit=visit: services.delete_visit(visit, by=clerk),))
                for visit in wrong[2:]]  # fmt: skip
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert stored(contact) == added_up(contact)
    assert stored(contact)[:2] == (42, Decimal("212.00"))
