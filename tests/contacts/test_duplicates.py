"""Looking for duplicates: what is found, what is remembered, and who is told while typing (C-16)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.contacts import blocks, services
from crm.contacts.alike import look_alikes
from crm.contacts.jobs.duplicates import find_duplicates, start_scan
from crm.contacts.likeness import Likely
from crm.contacts.models import Contact, ContactPoint, ContactRelation, DuplicatePair
from crm.core import operations
from crm.core.models import Operation
from tests.factories.contacts import ContactFactory, PairFactory


@pytest.fixture
def make(organization, admin):
    """A contact of this name, with nothing else in common with anybody unless said."""

    def create(first: str, last: str, **fields) -> Contact:
        reach = {"email": "", "postal_code": "", "address_line1": "", "owner": admin}
        return ContactFactory(organization=organization, first_name=first, last_name=last, **(reach | fields))

    return create


def pairs() -> set[frozenset]:
    return {frozenset((pair.first.name, pair.second.name)) for pair in DuplicatePair.objects.filter(status="open")}


def test_the_night_finds_the_three_of_the_specification_and_leaves_the_other_tremblays(make, organization):
    home = {"postal_code": "G9A 5H7"}
    make("Jean-François", "Côté", **home)
    make("jf", "cote", **home)
    make("", "COTE, Jean Francois", **home)
    for first in ("Luc", "Marie", "Paul", "Lucie"):
        make(first, "Tremblay", **home)
    assert find_duplicates() == 3
    assert pairs() == {
        frozenset({"Jean-François Côté", "jf cote"}),
        frozenset({"Jean-François Côté", "COTE, Jean Francois"}),
        frozenset({"jf cote", "COTE, Jean Francois"}),
    }
    assert find_duplicates() == 0, "the next night finds nothing new"


def test_a_further_address_is_as_good_as_the_first(make, organization):
    one, other = make("Zoé", "Roy", email="zoe@courriel.example"), make("Zoe", "Roy")
    ContactPoint.objects.create(organization=organization, contact=other, kind="email", value="zoe@courriel.example")
    find_duplicates()
    assert pairs() == {frozenset({one.name, other.name})}


def test_what_somebody_dismissed_is_never_proposed_again(make, admin):
    make("Zoé", "Roy", phone="+18195550101")
    make("Zoé", "Roy", phone="+18195550101")
    find_duplicates()
    pair = services.dismiss_pair(DuplicatePair.objects.get(), by=admin)
    Contact.objects.update(email="zoe@courriel.example")
    assert find_duplicates() == 0
    pair.refresh_from_db()
    assert (pair.status, pair.decided_by, pairs()) == ("dismissed", admin, set())
    services.reopen_pair(pair, by=admin)
    pair.refresh_from_db()
    assert (pair.status, pair.decided_by) == ("open", None)


def test_a_pair_that_no_longer_holds_leaves_the_queue(make, admin):
    one, _other = (make("Zoé", "Roy", phone="+18195550101") for _two in range(2))
    find_duplicates()
    services.update_contact(one, by=admin, phone="+18195550199")
    find_duplicates()
    assert not DuplicatePair.objects.exists()


def test_people_linked_to_each_other_are_two(make, organization):
    one, other = (make("Robert", "Roy", phone="+18195550101") for _two in range(2))
    ContactRelation.objects.create(organization=organization, contact=one, other=other, kind="parent")
    assert find_duplicates() == 0


def test_archived_merged_and_other_organizations_contacts_are_not_compared(make, admin, outsider):
    from django.utils import timezone

    shared = {"phone": "+18195550101"}
    make("Zoé", "Roy", **shared)
    make("Zoé", "Roy", archived_at=timezone.now(), **shared)
    ContactFactory(organization=outsider.organization, first_name="Zoé", last_name="Roy", **shared)
    assert find_duplicates() == 0


def test_three_thousand_with_one_address_do_not_explode(make, organization, monkeypatch, caplog):
    """A block of an office: only those whose names begin alike are compared, and a crowd under one key is left out."""
    compared = []
    monkeypatch.setattr(blocks, "compare", lambda one, other: compared.append(1))
    names = [f"{a}{b}{c}" for a in "bcdfglmnprst" for b in "aeiou" for c in "bcdfglmnprst"]
    rows = [
        Contact(
            organization=organization, first_name="Luc", last_name=f"{names[n % len(names)]}ard", email="info@x.example"
        )
        for n in range(3000)
    ]
    for row in rows:
        row.derive()
    Contact.objects.bulk_create(rows, batch_size=500)
    find_duplicates()
    assert len(compared) < 20_000
    compared.clear()
    Contact.objects.update(last_name="Tremblay")
    find_duplicates()
    assert compared == [], "three thousand Tremblays under one address are no pair of duplicates: left out and logged"


def test_a_search_advances_in_short_steps_and_can_be_taken_up_again(make, organization, monkeypatch):
    monkeypatch.setattr(blocks, "KEYS", 1)
    for number in range(5):
        for _two in range(2):
            make("Zoé", "Roy", phone=f"+1819555010{number}", postal_code=f"G9A 5H{number}")
    cursor, steps = {}, 0
    while True:
        found = blocks.look(organization.pk, cursor)
        services.record_pairs(found, organization_id=organization.pk)
        cursor, steps = found.cursor, steps + 1
        if found.finished:
            break
    assert steps > 10
    assert DuplicatePair.objects.count() == 5


def test_a_long_night_queues_the_rest(make, run_jobs):
    for _two in range(2):
        make("Zoé", "Roy", phone="+18195550101")
    find_duplicates(seconds=0)
    assert set(run_jobs()) == {"find_duplicates"}
    assert DuplicatePair.objects.count() == 1


def test_a_search_asked_for_is_one_operation_however_often_it_is_asked(make, admin, owner, run_jobs):
    for _two in range(2):
        make("Zoé", "Roy", phone="+18195550101")
    operation = start_scan(by=admin)
    assert start_scan(by=owner) == operation
    operations.run_to_end(operation.pk)
    operation.refresh_from_db()
    assert (operation.status, operation.done, operation.total) == (Operation.Status.DONE, 3, 2)
    assert DuplicatePair.objects.count() == 1


# --- while typing -------------------------------------------------------------------------------------------------------
def typed(first: str, last: str, **fields) -> Likely:
    return Likely(first_name=first, last_name=last, **fields)


def test_typing_a_known_name_says_who_it_looks_like_before_any_address(make, admin, browse):
    known = make("Robert", "Fraser")
    make("Robert", "Frasers")
    assert [one.contact for one in look_alikes(admin, typed("Bob", "Fraser"))] == [known]
    page = browse(admin).open("contacts:look_alikes", {"first_name": "robert", "last_name": "FRASER"})
    assert known.get_absolute_url() in page.content.decode()


def test_typing_hardly_anything_says_nothing(make, admin):
    make("Robert", "Fraser")
    for first, last in (("", ""), ("R", ""), ("", "Fraser"), ("R", "Fraser")):
        assert look_alikes(admin, typed(first, last)) == []


def test_an_e_mail_or_a_phone_finds_them_under_any_spelling(make, admin):
    known = make("Hélène", "Côté", email="h.cote@courriel.example", phone="+18195550142")
    likely = typed("H", "cote")
    likely.reach([("phone", "+18195550142")])
    assert [one.contact for one in look_alikes(admin, likely, phone="+18195550142")] == [known]


def test_a_fundraiser_learns_nothing_of_the_contacts_of_a_colleague(make, owner, colleague, browse):
    """Not even that there is one: addresses could be tried to learn whom the others know."""
    make("Robert", "Fraser", email="r@courriel.example", owner=colleague)
    query = {"first_name": "Robert", "last_name": "Fraser", "email": "r@courriel.example"}
    fragment = {"headers": {"HX-Request": "true"}}
    address = browse(owner).url("contacts:look_alikes")
    asked = browse(owner).get(address, query, **fragment).content
    nobody = browse(owner).get(address, {"first_name": "Nobody", "last_name": "Here"}, **fragment).content
    assert asked == nobody


def test_asking_while_typing_costs_four_queries_however_many_are_alike(make, admin):
    for number in range(40):
        make("Robert", "Fraser", email=f"r{number}@courriel.example", postal_code="G9A 5H7")
    likely = typed("Robert", "Fraser", postal_code="G9A 5H7")
    likely.reach([("email", "r3@courriel.example")])
    with CaptureQueriesContext(connection) as queries:
        found = look_alikes(admin, likely, email="r3@courriel.example")
    assert (len(found), len(queries)) == (5, 4)


@pytest.mark.parametrize("text", ["\x00", "'\"<script>", "é" * 4000, "🙂", ",,,", "%", "\\"])
def test_hostile_typing_is_answered(text, admin, browse):
    names = ("kind", "first_name", "last_name", "organization_name", "email", "phone", "postal_code", "address_line1")
    assert browse(admin).open("contacts:look_alikes", dict.fromkeys(names, text)).status_code == 200


# --- the queue ----------------------------------------------------------------------------------------------------------
def test_the_queue_shows_the_likeliest_first_with_reasons_in_words(make, admin, browse):
    low = PairFactory(
        first=make("A", "Low"), second=make("B", "Low"), score=73, reasons=["name_spelling", "postal_code"]
    )
    high = PairFactory(first=make("A", "High"), second=make("B", "High"), score=99, reasons=["name_same", "email"])
    response = browse(admin, "fr").open("contacts:duplicate_list")
    assert response.context["page"].records == [high, low]
    text = response.content.decode()
    assert "Même courriel" in text
    assert "Noms presque écrits pareil" in text


def test_dismissing_is_remembered_and_its_undo_is_offered_at_once(make, admin, browse):
    pair = PairFactory(first=make("A", "Roy"), second=make("B", "Roy"))
    browser = browse(admin)
    browser.send("contacts:duplicate_dismiss", pk=pair.pk)
    page = browser.open("contacts:duplicate_list").content.decode()
    assert browser.url("contacts:duplicate_reopen", pk=pair.pk) in page
    assert not browser.open("contacts:duplicate_list").context["page"].records
    browser.send("contacts:duplicate_reopen", pk=pair.pk)
    assert browser.open("contacts:duplicate_list").context["page"].records == [pair]


def test_a_fundraiser_reviews_pairs_of_two_contacts_of_their_own_only(make, owner, colleague, browse):
    mine = PairFactory(first=make("A", "Roy", owner=owner), second=make("B", "Roy", owner=owner))
    half = PairFactory(first=make("C", "Roy", owner=owner), second=make("D", "Roy", owner=colleague))
    browser = browse(owner)
    assert browser.open("contacts:duplicate_list").context["page"].records == [mine]
    assert browser.open("contacts:duplicate_detail", pk=half.pk).status_code == 404
    assert browser.send("contacts:duplicate_dismiss", pk=half.pk).status_code == 404


def test_a_volunteer_compares_and_dismisses_and_a_reader_only_looks(make, member, reader, browse):
    pair = PairFactory(first=make("A", "Roy"), second=make("B", "Roy"))
    assert "Merge the two contacts" not in browse(member).open("contacts:duplicate_detail", pk=pair.pk).content.decode()
    assert browse(member).send("contacts:duplicate_merge", pk=pair.pk).status_code == 403
    assert browse(reader).open("contacts:duplicate_detail", pk=pair.pk).status_code == 200
    assert browse(reader).send("contacts:duplicate_dismiss", pk=pair.pk).status_code == 403
    assert browse(member).send("contacts:duplicate_dismiss", pk=pair.pk).status_code == 302
