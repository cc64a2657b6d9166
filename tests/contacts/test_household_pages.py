"""Households on screen: made from a donor's page, edited with a preview, and never more than the reader may see."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.contacts import services
from crm.contacts.models import Contact, Household
from crm.giving import services as giving
from tests.factories.contacts import ContactFactory
from tests.factories.households import couple, household_of
from tests.giving.reading import page

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def helene(organization, owner):
    return ContactFactory(
        organization=organization, owner=owner, honorific="Mme", first_name="Hélène", last_name="Bouchard"
    )


@pytest.fixture
def paul(organization, owner):
    return ContactFactory(organization=organization, owner=owner, honorific="M.", first_name="Paul", last_name="Vézina")


@pytest.fixture
def divided(organization, owner, colleague, helene):
    """Hélène is the fundraiser's own; Paul, who lives with her, is followed by a colleague."""
    paul = ContactFactory(
        organization=organization, owner=colleague, honorific="M.", first_name="Paul", last_name="Vézina"
    )
    return household_of(helene, paul, formal_fr="Chers Paul et Hélène", name="Les Vézina")


def gift(contact, amount, by, fund):
    giving.record_gift(contact=contact, amount=Decimal(amount), received_on=date.today(), fund=fund, by=by)


def errors(response) -> dict:
    return {name: " ".join(found) for name, found in response.context["form"].errors.items()}


# --- making one ---------------------------------------------------------------------------------------------------------
def test_a_household_is_made_from_the_page_of_a_donor(browse, owner, helene, paul):
    response = browse(owner).send(
        "contacts:household_start",
        {"other": paul.pk, "other_text": "Paul Vézina", "role": "adult", "shares_address": "on"},
        pk=helene.pk,
    )
    household = Household.objects.get()
    assert response.url == browse(owner).url("contacts:household_detail", pk=household.pk)
    assert set(household.members.all()) == {helene, paul}


def test_sending_twice_makes_one(browse, owner, helene, paul):
    browser = browse(owner)
    sending = {"other": paul.pk, "role": "adult", "submission": "one"}
    answers = [browser.send("contacts:household_start", sending, pk=helene.pk) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert Household.objects.count() == 1
    assert paul.timeline.count() == 1


def test_a_number_never_wins_over_the_name_beside_it(browse, owner, helene, paul):
    sending = {"other": paul.pk, "other_text": "Somebody else"}
    response = browse(owner).send("contacts:household_start", sending, pk=helene.pk)
    assert (response.status_code, "other" in errors(response)) == (422, True)
    assert Household.objects.count() == 0


def test_without_script_the_matches_come_back_as_a_choice(browse, owner, helene, paul):
    response = browse(owner).send("contacts:household_start", {"other_text": "vézina"}, pk=helene.pk)
    assert page(response).all("[data-lookup-candidates] input[type=radio]", "value") == [str(paul.pk)]


@pytest.mark.parametrize("who", ["foreign", "colleague's", "archived", "nobody", "itself"])
def test_only_active_contacts_that_one_sees_can_be_chosen(
    who, browse, owner, colleague, helene, organization, foreign_contact
):
    other = {
        "foreign": lambda: foreign_contact.pk,
        "colleague's": lambda: ContactFactory(organization=organization, owner=colleague).pk,
        "archived": lambda: ContactFactory(organization=organization, owner=owner, archived_at="2026-01-01T00:00Z").pk,
        "nobody": lambda: "999999999999999999999",
        "itself": lambda: helene.pk,
    }[who]()
    response = browse(owner).send("contacts:household_start", {"other": other}, pk=helene.pk)
    assert (response.status_code, list(errors(response))) == (422, ["other"])


def test_an_organization_is_told_to_be_a_relation(browse, owner, helene, organization):
    company = ContactFactory(organization=organization, owner=owner, kind="organization", organization_name="X inc.")
    response = browse(owner).send("contacts:household_start", {"other": company.pk}, pk=helene.pk)
    assert "Add a relation" in errors(response)["other"]


def test_who_lives_elsewhere_is_moved_only_when_that_is_asked(browse, owner, helene, paul, organization):
    first = household_of(paul, ContactFactory(organization=organization, owner=owner))
    browser = browse(owner)
    asked = browser.send("contacts:household_start", {"other": paul.pk}, pk=helene.pk)
    assert page(asked).all("[name=decision]", "value") == ["join", "move"]
    assert Household.objects.count() == 1
    browser.send("contacts:household_start", {"other": paul.pk, "decision": "join"}, pk=helene.pk)
    assert Contact.objects.get(pk=helene.pk).household == first


def test_who_lives_here_already_may_only_be_moved_here_from_elsewhere(browse, owner, helene, paul, organization):
    household_of(paul, ContactFactory(organization=organization, owner=owner))
    here = household_of(helene)
    browser = browse(owner)
    asked = browser.send("contacts:household_start", {"other": paul.pk, "decision": "join"}, pk=helene.pk)
    assert (asked.status_code, page(asked).all("[name=decision]", "value")) == (422, ["move"])
    browser.send("contacts:household_start", {"other": paul.pk, "decision": "move"}, pk=helene.pk)
    assert Contact.objects.get(pk=paul.pk).household == here


# --- editing ------------------------------------------------------------------------------------------------------------
def places(household, head, **texts) -> dict:
    sending = {"head": head.pk, "people": [one.pk for one in household.members.all()]}
    for one in household.members.all():
        sending |= {f"role_{one.pk}": one.household_role, f"shares_{one.pk}": "on"}
    return sending | texts


def test_the_form_keeps_what_is_written_by_hand_and_generates_the_rest(browse, owner, organization):
    household = couple(organization, owner)
    browser = browse(owner)
    browser.send(
        "contacts:household_update", places(household, household.head, informal_fr="Chers vous"), pk=household.pk
    )
    texts = page(browser.open("contacts:household_detail", pk=household.pk))
    assert texts.one("[data-said=informal-fr]").words == "Chers vous"
    assert texts.one("[data-said=informal-en]").words == "Dear Hélène and Paul"
    browser.send("contacts:household_update", places(household, household.head, informal_fr=" "), pk=household.pk)
    assert (
        page(browser.open("contacts:household_detail", pk=household.pk)).one("[data-said=informal-fr]").words
        == "Chère Hélène, cher Paul"
    )


def test_a_head_from_outside_is_refused_and_nothing_typed_is_lost(browse, owner, organization, foreign_contact):
    household = couple(organization, owner)
    response = browse(owner).send(
        "contacts:household_update", places(household, foreign_contact, formal_fr="Chers amis"), pk=household.pk
    )
    assert (response.status_code, list(errors(response))) == (422, ["head"])
    assert page(response).one("[name=formal_fr]").get("value") == "Chers amis"
    assert page(response).one("[data-said=formal-fr]").words == "Chers amis"


def test_a_member_who_left_meanwhile_is_said(browse, owner, organization):
    household = couple(organization, owner)
    sending = places(household, household.head)
    services.leave_household(household.members.get(first_name="Paul"), by=owner)
    response = browse(owner).send("contacts:household_update", sending, pk=household.pk)
    assert response.status_code == 302  # what is left is saved; who left stays out
    assert household.members.count() == 1


def test_the_page_says_who_has_no_title_and_leads_there(browse, owner, organization):
    household = couple(organization, owner)
    her = household.head
    assert "No title" not in page(browse(owner).open("contacts:household_detail", pk=household.pk)).text
    services.update_contact(her, by=owner, honorific="")
    found = page(browse(owner).open("contacts:household_detail", pk=household.pk))
    assert "Bonjour Hélène Bouchard et Paul Vézina" in found.one("[data-said=formal-fr]").words
    assert browse(owner).url("contacts:contact_update", pk=her.pk) in found.all("main a", "href")


def test_a_donors_page_leads_to_the_household_under_the_name_the_reader_may_see(browse, owner, admin, divided, helene):
    url = browse(owner).url("contacts:household_detail", pk=divided.pk)
    for person, name in ((owner, "Bouchard household"), (admin, "Les Vézina")):
        header = page(browse(person).open("contacts:contact_detail", pk=helene.pk)).one(".mc-donor")
        assert (name in header.texts("a"), url in header.all("a", "href")) == (True, True)


def test_a_household_that_a_merge_emptied_is_not_listed_and_can_still_be_dissolved(browse, admin, organization):
    empty = Household.objects.create(organization=organization)
    assert browse(admin).open("contacts:household_list").context["page"].total == 0
    for name in ("household_detail", "household_update"):
        assert browse(admin).open(f"contacts:{name}", pk=empty.pk).status_code == 200
    assert browse(admin).send("contacts:household_dissolve", pk=empty.pk).status_code == 302


# --- preview ------------------------------------------------------------------------------------------------------------
def preview(browser, **sending):
    response = browser.post(browser.url("contacts:household_preview"), sending, headers=HTMX)
    assert response.status_code == 200
    return page(response)


def test_the_preview_follows_roles_head_and_what_is_typed(browse, owner, helene, paul):
    seen = preview(
        browse(owner),
        **{"people": [helene.pk, paul.pk], "head": paul.pk, f"role_{helene.pk}": "adult", "formal_en": "Dear both"},
    )
    assert seen.one("[data-said=formal-fr]").words == "Monsieur Vézina et Madame Bouchard"
    assert seen.one("[data-said=formal-en]").words == "Dear both"
    assert [node.get("data-empties") for node in seen.css("[data-empties]")] == ["id_formal_en"]
    alone = preview(browse(owner), **{"people": [helene.pk, paul.pk], f"role_{paul.pk}": "other"})
    assert alone.one("[data-said=informal-fr]").words == "Chère Hélène"


def test_the_preview_of_a_new_household_names_who_is_being_chosen(browse, owner, helene, paul):
    seen = preview(browse(owner), people=[helene.pk], head=helene.pk, other=paul.pk, role="adult")
    assert seen.one("[data-said=name-fr]").words == "Ménage Bouchard-Vézina"
    child = preview(browse(owner), people=[helene.pk], head=helene.pk, other=paul.pk, role="child")
    assert child.one("[data-said=name-fr]").words == "Ménage Bouchard"


def test_the_preview_names_nobody_whom_one_may_not_see_and_survives_nonsense(
    browse, owner, colleague, organization, foreign_contact
):
    hidden = ContactFactory(organization=organization, owner=colleague, first_name="Secret", last_name="Person")
    for pk in (hidden.pk, foreign_contact.pk, "abc", "9" * 40, "\x00"):
        seen = preview(browse(owner), people=[pk], other=pk, head=pk, role="<script>", formal_fr="\x00<b>")
        assert "Secret" not in seen.text
        assert foreign_contact.last_name not in seen.text
        assert seen.css("b") == []
    assert Household.objects.count() == 0


# --- what a reader may see ----------------------------------------------------------------------------------------------
def test_a_fundraiser_learns_that_there_are_others_and_nothing_else(browse, owner, admin, divided, helene, fund):
    gift(helene, 100, admin, fund)
    gift(divided.members.exclude(pk=helene.pk).get(), 900, admin, fund)
    browser = browse(owner)
    for name, kwargs in (
        ("contacts:household_detail", {"pk": divided.pk}),
        ("contacts:contact_family", {"pk": helene.pk}),
        ("contacts:household_list", {}),
    ):
        text = page(browser.open(name, **kwargs)).text
        assert "1 other contact" in text, name
        for secret in ("Paul", "Vézina", "1,000", "900"):
            assert secret not in text, (name, secret)
        assert "100.00" in text, name
    whole = page(browse(admin).open("contacts:household_detail", pk=divided.pk)).text
    assert "Chers Paul et Hélène" in whole
    assert "$1,000.00" in whole


def test_a_household_is_not_found_by_the_name_of_somebody_hidden(browse, owner, admin, divided):
    def found(person, text):
        return browse(person).open("contacts:household_list", {"q": text}).context["page"].total

    assert [found(owner, text) for text in ("bouchard", "vezina", "paul", "Les V")] == [1, 0, 0, 0]
    assert [found(admin, text) for text in ("bouchard", "vezina", "paul", "Les V")] == [1, 1, 1, 1]


@pytest.mark.parametrize("name", ["household_update", "household_dissolve"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_what_changes_it_for_all_asks_to_see_all(name, method, browse, owner, divided):
    browser = browse(owner)
    response = getattr(browser, method)(browser.url(f"contacts:{name}", pk=divided.pk))
    assert response.status_code == 403
    assert Household.objects.filter(pk=divided.pk).exists()


def test_nobody_is_brought_into_a_household_one_sees_in_part(browse, owner, divided, helene, organization):
    other = ContactFactory(organization=organization, owner=owner)
    assert browse(owner).send("contacts:household_start", {"other": other.pk}, pk=helene.pk).status_code == 403
    assert divided.members.count() == 2


def test_ones_own_contact_may_always_be_taken_out(browse, owner, divided, helene):
    assert browse(owner).send("contacts:household_leave", pk=helene.pk).status_code == 302
    assert divided.members.count() == 1


def test_joining_a_household_one_sees_in_part_is_refused(browse, owner, divided, helene, organization):
    newcomer = ContactFactory(organization=organization, owner=owner, first_name="Rita")
    response = browse(owner).send("contacts:household_start", {"other": helene.pk, "decision": "join"}, pk=newcomer.pk)
    assert response.status_code == 422
    assert Contact.objects.get(pk=newcomer.pk).household is None


def test_the_timeline_names_only_whom_the_reader_sees(browse, owner, admin, colleague, helene, organization):
    paul = ContactFactory(organization=organization, owner=colleague, first_name="Paul", last_name="Vézina")
    services.start_household(helene, other=paul, by=admin)
    services.add_relation(helene, other=paul, kind="spouse", note="Paul is shy", by=admin)
    seen = {
        person.role: page(browse(person).open("contacts:contact_timeline", pk=helene.pk)).text
        for person in (owner, admin)
    }
    assert "Spouse" in seen["fundraiser"]
    assert "Paul" not in seen["fundraiser"]
    assert "Paul Vézina" in seen["admin"]
    assert "Paul is shy" in seen["admin"]


def test_who_only_reads_is_offered_nothing_to_do(browse, reader, divided, helene):
    for name, pk in (("contacts:household_detail", divided.pk), ("contacts:contact_family", helene.pk)):
        links = page(browse(reader).open(name, pk=pk)).all("main a", "href")
        assert [
            link for link in links if link and any(act in link for act in ("edit", "leave", "dissolve", "new"))
        ] == []


# --- relations ----------------------------------------------------------------------------------------------------------
def test_a_relation_shows_on_both_pages_each_from_its_side(browse, owner, helene, paul):
    browser = browse(owner)
    sending = {"other": paul.pk, "other_text": paul.name, "kind": "parent", "note": "Adoptive"}
    assert browser.send("contacts:relation_create", sending, pk=helene.pk).status_code == 302
    for contact, other, word in ((helene, "Paul Vézina", "Parent"), (paul, "Hélène Bouchard", "Child")):
        row = page(browser.open("contacts:contact_family", pk=contact.pk)).one(".mc-list li")
        assert other in row.words
        assert f"{word}, Adoptive" in row.words


def test_a_relation_is_corrected_from_the_page_one_came_from(browse, owner, helene, paul):
    relation = services.add_relation(helene, other=paul, kind="parent", by=owner)
    browser = browse(owner)
    url = browser.url("contacts:relation_update", pk=relation.pk)
    form = page(browser.get(url, {"from": paul.pk}))
    assert form.one("#id_kind option[selected]").get("value") == "child"
    browser.post(f"{url}?from={paul.pk}", {"kind": "employee", "note": ""})
    relation.refresh_from_db()
    assert (relation.contact, relation.kind) == (helene, "employer")


def test_a_relation_with_somebody_hidden_says_what_it_is_and_not_with_whom(browse, owner, admin, colleague, helene):
    hidden = ContactFactory(organization=helene.organization, owner=colleague, first_name="Secret")
    relation = services.add_relation(helene, other=hidden, kind="friend", note="Secret code", by=admin)
    card = page(browse(owner).open("contacts:contact_family", pk=helene.pk))
    assert "Another contact" in card.text
    assert "Friend" in card.text
    assert "Secret" not in card.text
    for name in ("relation_update", "relation_delete"):
        assert browse(owner).open(f"contacts:{name}", pk=relation.pk).status_code == 403
        assert browse(colleague).open(f"contacts:{name}", pk=relation.pk).status_code == 403
        assert browse(admin).open(f"contacts:{name}", pk=relation.pk).status_code == 200


def test_what_makes_no_sense_is_said_beside_the_field(browse, owner, helene, paul, organization):
    company = ContactFactory(organization=organization, owner=owner, kind="organization", organization_name="X inc.")
    browser = browse(owner)
    wrong = browser.send("contacts:relation_create", {"other": company.pk, "kind": "spouse"}, pk=helene.pk)
    assert list(errors(wrong)) == ["kind"]
    services.add_relation(helene, other=paul, kind="friend", by=owner)
    twice = browser.send("contacts:relation_create", {"other": helene.pk, "kind": "friend"}, pk=paul.pk)
    assert errors(twice) == {"kind": "This relation is already there."}
    nonsense = browser.send("contacts:relation_create", {"other": paul.pk, "kind": "enemy"}, pk=helene.pk)
    assert list(errors(nonsense)) == ["kind"]


# --- totals and cost ----------------------------------------------------------------------------------------------------
def test_the_giving_of_a_household_counts_each_gift_once(browse, admin, organization, owner, fund):
    household = couple(organization, owner)
    hers, his = household.members.order_by("pk")
    for contact, amount in ((hers, "10.10"), (hers, "20.20"), (his, "0.01")):
        gift(contact, amount, admin, fund)
    services.add_relation(hers, other=his, kind="spouse", by=admin)
    services.archive_contact(his, by=admin)
    portrait = browse(admin).open("contacts:household_detail", pk=household.pk).context["portrait"]
    assert (portrait.total, portrait.year_total, portrait.gift_count) == (Decimal("30.31"), Decimal("30.31"), 3)
    (row,) = browse(admin).open("contacts:household_list").context["page"].records
    assert row.total == Decimal("30.31")


@pytest.mark.parametrize("name", ["contacts:household_detail", "contacts:contact_family"])
def test_ten_members_cost_as_many_queries_as_two(name, browse, admin, organization, owner):
    household = couple(organization, owner)
    browser = browse(admin)
    pk = household.pk if name.endswith("detail") else household.head_id

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert browser.open(name, pk=pk).status_code == 200
        return len(queries)

    services.add_relation(household.head, other=household.members.last(), kind="spouse", by=admin)
    cost()
    few = cost()
    for _number in range(8):
        one = ContactFactory(organization=organization, owner=owner, household=household, household_role="child")
        services.add_relation(household.head, other=one, kind="child", by=admin)
        services.add_relation(household.head, other=ContactFactory(organization=organization), kind="friend", by=admin)
    assert cost() == few
