"""Gifts in memory and in honour: named while the gift is recorded, told to the family once, never with an amount."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine

from crm.accounts.models import AuditEntry
from crm.contacts import services as contacts
from crm.contacts.models import TimelineEvent
from crm.core.errors import DomainError
from crm.giving import services, tributes
from crm.giving.digest import collect_notices
from crm.giving.events import GiftsImported
from crm.giving.models import Gift, Tribute, TributeNotice, TributeRecipient
from crm.giving.services.many import take_back_gifts, write_gifts
from tests.factories.contacts import ContactFactory
from tests.factories.giving import FundFactory, RecipientFactory, TributeFactory
from tests.giving.reading import errors, gift_form, page

DAY = date(2026, 3, 15)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel("2026-03-20T12:00:00-04:00", tick=False):
        yield


@pytest.fixture
def donor(organization, owner):
    return ContactFactory(organization=organization, owner=owner, last_name="Roy")


@pytest.fixture
def family(organization, owner):
    return ContactFactory(organization=organization, owner=owner, last_name="Tremblay")


@pytest.fixture
def give(admin, fund, donor):
    def record(tribute, contact=None, **fields) -> Gift:
        known = {"amount": Decimal(50), "received_on": DAY, "fund": fund, "by": admin}
        return services.record_gift(contact=contact or donor, tribute=tribute, **(known | fields))

    return record


def jeanne() -> Tribute:
    """As somebody types her name."""
    return Tribute(kind="memory", name="Jeanne Tremblay")


def waiting() -> dict[int, int]:
    """How many gifts each recipient is to be told of; asked in three ways that must agree."""
    rows = TributeRecipient.objects.all()
    counted = {row.pk: row.waiting for row in tributes.with_waiting(rows) if row.waiting}
    listed = {one.recipient.pk: len(one.gifts) for one in tributes.waiting_of(rows)}
    assert counted == listed
    assert set(tributes.due(rows).values_list("pk", flat=True)) == set(listed)
    return listed


# --- words --------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("kind", "name", "french", "english"),
    [
        ("memory", "Jeanne Roy", "à la mémoire de Jeanne Roy", "in memory of Jeanne Roy"),
        ("memory", "Anne Roy", "à la mémoire d’Anne Roy", "in memory of Anne Roy"),
        ("honour", "Élise Roy", "en l’honneur d’Élise Roy", "in honour of Élise Roy"),
        ("honour", "Hélène Roy", "en l’honneur d’Hélène Roy", "in honour of Hélène Roy"),
        ("honour", "Yves Roy", "en l’honneur d’Yves Roy", "in honour of Yves Roy"),
        ("honour", "Yolande Roy", "en l’honneur de Yolande Roy", "in honour of Yolande Roy"),
    ],
)
def test_the_name_is_said_as_each_language_does(kind, name, french, english):
    tribute = Tribute(kind=kind, name=name)
    assert (tributes.said(tribute, "fr"), tributes.said(tribute, "en")) == (french, english)


# --- naming -------------------------------------------------------------------------------------------------------------
def test_the_page_opens_with_the_first_gift_and_the_next_ones_find_it_however_it_is_typed(give, admin):
    first = give(jeanne())
    second = give(Tribute(kind="memory", name="  JEANNE  trémblay "))
    assert first.tribute == second.tribute == Tribute.objects.get()
    assert first.tribute.name == "Jeanne Tremblay"
    assert AuditEntry.objects.filter(model="giving.tribute", action="create").count() == 1
    corrected = services.correct_gift(second, tribute=Tribute(kind="honour", name="Paul Roy"), by=admin)
    assert (corrected.tribute.kind, Tribute.objects.count()) == ("honour", 2)
    assert services.correct_gift(corrected, tribute=None, by=admin).tribute is None


def test_one_name_has_one_page_a_kind_and_another_organization_has_its_own(admin, give):
    tribute = services.save_tribute(kind="memory", name="Jeanne Tremblay", by=admin)
    with pytest.raises(DomainError, match="has a page already"):
        services.save_tribute(kind="memory", name="jeanne TREMBLAY", by=admin)
    with pytest.raises(DomainError, match="Write the name"):
        services.save_tribute(kind="memory", name=" ?! ", by=admin)
    with pytest.raises(DomainError, match="another organization"):
        give(TributeFactory())
    services.save_tribute(kind="honour", name="Jeanne Tremblay", by=admin)
    assert Tribute.objects.of(tribute.organization).count() == 2


def test_a_page_that_gifts_name_stays_and_one_opened_by_mistake_goes_with_its_family(give, admin, family):
    gift = give(jeanne())
    with pytest.raises(DomainError, match="closed, not deleted"):
        services.delete_tribute(gift.tribute, by=admin)
    mistake = services.save_tribute(kind="honour", name="Nobody", by=admin)
    services.add_recipient(mistake, contact=family, by=admin)
    services.delete_tribute(mistake, by=admin)
    assert (Tribute.objects.get(), TributeRecipient.objects.count()) == (gift.tribute, 0)


# --- telling ------------------------------------------------------------------------------------------------------------
def test_a_family_is_told_of_each_gift_once_of_those_before_too(give, admin, family, organization):
    gift = give(jeanne())
    recipient = services.add_recipient(gift.tribute, contact=family, by=admin)
    assert services.add_recipient(gift.tribute, contact=family, by=admin) == recipient
    assert waiting() == {recipient.pk: 1}
    services.mark_told([recipient.pk], how="phone", by=admin)
    assert waiting() == {}
    event = TimelineEvent.objects.get(verb="gift.told")
    assert (event.contact, event.data["how"], event.data["gifts"]) == (family, "phone", 1)
    assert "amount" not in event.data
    services.mark_told([recipient.pk], how="phone", by=admin)
    assert TributeNotice.objects.count() == 1
    give(gift.tribute, contact=ContactFactory(organization=organization))
    assert waiting() == {recipient.pk: 1}
    family.refresh_from_db()
    assert family.last_contact_at is not None


def test_nobody_is_told_of_their_own_gift_nor_of_money_that_never_came_or_went_back(give, admin, family):
    own = give(jeanne(), contact=family)
    services.add_recipient(own.tribute, contact=family, by=admin)
    give(own.tribute, status="pending")
    back = give(own.tribute)
    services.refund_gift(back, by=admin)
    assert waiting() == {}


def test_what_needs_no_notice_leaves_the_list_and_the_next_gift_waits(give, admin, family):
    gift = give(jeanne())
    recipient = services.add_recipient(gift.tribute, contact=family, by=admin)
    services.waive_notices([recipient.pk], by=admin)
    assert waiting() == {}
    assert not TimelineEvent.objects.filter(verb="gift.told").exists()
    assert tributes.last_told(gift) is None
    give(gift.tribute, amount=Decimal(10))
    assert waiting() == {recipient.pk: 1}


def test_telling_is_taken_back_where_it_still_stands(give, admin, family):
    gift = give(jeanne())
    recipient = services.add_recipient(gift.tribute, contact=family, by=admin)
    told = services.mark_told([recipient.pk], how="in_person", by=admin)
    give(gift.tribute, amount=Decimal(10))
    undone = services.take_notices_back(told, by=admin)
    assert (undone.done, undone.left) == (1, [])
    assert waiting() == {recipient.pk: 2}
    assert not TimelineEvent.objects.filter(verb="gift.told").exists()
    again = services.take_notices_back(told, by=admin)
    assert (again.done, len(again.left)) == (0, 1)


def test_a_gift_that_came_between_the_writing_and_the_marking_is_not_taken_as_told(give, admin, family):
    gift = give(jeanne())
    recipient = services.add_recipient(gift.tribute, contact=family, by=admin)
    held = services.hold_waiting([recipient.pk])
    give(gift.tribute, amount=Decimal(10))
    services.mark_told([], how="letter", by=admin, held=held)
    assert waiting() == {recipient.pk: 1}


def test_a_posted_batch_whose_family_was_told_is_not_opened_again(give, admin, family, organization):
    tribute = services.save_tribute(kind="memory", name="Jeanne Tremblay", by=admin)
    recipient = services.add_recipient(tribute, contact=family, by=admin)
    gift = Gift(
        organization=organization, contact=ContactFactory(organization=organization), amount=Decimal(5),
        received_on=DAY, fund=FundFactory(organization=organization), recorded_by=admin, tribute=tribute,
    )  # fmt: skip
    data = write_gifts(
        [gift], by=admin, tell=lambda **told: GiftsImported(organization_id=organization.pk, actor_id=admin.pk, **told)
    )
    services.mark_told([recipient.pk], how="phone", by=admin)
    undone = take_back_gifts(data, by=admin, cause="import")
    assert (undone.done, undone.left[0]["reason"]) == (0, "touched")


# --- people -------------------------------------------------------------------------------------------------------------
def test_merged_people_are_told_once_and_told_apart_again_when_the_merge_is_undone(give, admin, family, organization):
    gift = give(jeanne())
    twin = ContactFactory(organization=organization, last_name="Tremblay", email="")
    for one in (family, twin):
        services.add_recipient(gift.tribute, contact=one, by=admin)
    services.mark_told(list(twin.told_of.values_list("pk", flat=True)), how="phone", by=admin)
    merge = contacts.merge_contacts(kept=family, absorbed=twin, by=admin)
    assert TributeRecipient.objects.count() == 1
    assert waiting() == {}
    contacts.undo_merge(merge, by=admin)
    assert set(waiting()) == set(family.told_of.values_list("pk", flat=True))


def test_somebody_forgotten_is_told_no_more_and_their_name_leaves_the_page(give, admin, family):
    gift = give(jeanne())
    services.add_recipient(gift.tribute, contact=family, by=admin)
    services.save_tribute(gift.tribute, contact=family, note="Sœur de Luc", by=admin)
    contacts.anonymize_contact(family, reason="Asked by mail", by=admin)
    tribute = Tribute.objects.get()
    assert (tribute.name, tribute.note, tribute.is_active) == ("–", "", False)
    assert waiting() == {}
    assert give(jeanne()).tribute != tribute


# --- figures ------------------------------------------------------------------------------------------------------------
def test_the_figures_are_those_of_the_gifts_one_may_see_each_currency_apart(give, admin, organization, donor):
    gift = give(jeanne())
    give(gift.tribute, contact=ContactFactory(organization=organization), amount=Decimal(30))
    give(gift.tribute, currency="USD", amount=Decimal(7))
    services.refund_gift(give(gift.tribute), by=admin)
    figures = tributes.figures_of([gift.tribute], admin)[gift.tribute.pk]
    assert (figures.gifts, figures.donors, figures.last_on) == (3, 2, DAY)
    assert [(money.amount, money.currency) for money in figures.raised] == [(80, "CAD"), (7, "USD")]
    own = tributes.figures_of([gift.tribute], donor.owner)[gift.tribute.pk]
    assert (own.gifts, own.donors) == (2, 1)


def test_the_queue_asks_as_much_for_thirty_families_as_for_three(give, admin, organization, django_assert_num_queries):
    gift = give(jeanne())
    for _one in range(3):
        RecipientFactory(tribute=gift.tribute)
    with django_assert_num_queries(3):
        assert len(tributes.waiting_of(TributeRecipient.objects.all())) == 3
    for _one in range(30):
        RecipientFactory(tribute=gift.tribute)
    with django_assert_num_queries(3):
        assert len(tributes.waiting_of(TributeRecipient.objects.all())) == 33


# --- on the screen ------------------------------------------------------------------------------------------------------
@pytest.fixture
def typed(donor, fund):
    return gift_form(donor, fund) | {"received_on": "2026-03-15"}


def test_the_name_is_typed_with_the_gift_and_corrected_with_it(browse, admin, typed):
    browser = browse(admin)
    browser.send("giving:gift_create", typed | {"tribute_kind": "memory", "tribute_name": " Jeanne  Tremblay"})
    gift = Gift.objects.get()
    assert (gift.tribute.kind, gift.tribute.name) == ("memory", "Jeanne Tremblay")
    assert "Jeanne Tremblay" in page(browser.open("giving:gift_detail", pk=gift.pk)).words
    form = page(browser.open("giving:gift_update", pk=gift.pk))
    assert form.one("[name=tribute_name]").get("value") == "Jeanne Tremblay"
    browser.send("giving:gift_update", typed | {"tribute_kind": "", "tribute_name": ""}, pk=gift.pk)
    gift.refresh_from_db()
    assert gift.tribute is None


@pytest.mark.parametrize(
    ("kind", "name", "problem"),
    [
        ("", "Jeanne", "Say whether the gift is made in memory or in honour."),
        ("memory", "", "Write the name of the person."),
        ("memory", "<!>", "Write the name of the person."),
        ("forged", "Jeanne", "Say whether the gift is made in memory or in honour."),
        ("memory", "J" * 121, "This name is too long: 120 letters at most."),
        ("honour", "Known Page", "Known Page has a page already: “In memory”. Choose it, or change the page first."),
    ],
)
def test_half_a_tribute_is_said_beside_its_field_and_nothing_typed_is_lost(browse, admin, typed, kind, name, problem):
    services.save_tribute(kind="memory", name="Known Page", by=admin)
    answer = browse(admin).send("giving:gift_create", typed | {"tribute_kind": kind, "tribute_name": name})
    assert errors(answer) == {"tribute": [problem]}
    assert page(answer).one("[name=tribute_name]").get("value") == name
    assert not Gift.objects.exists()


def test_the_page_of_another_organization_is_not_named_nor_seen(browse, admin, typed):
    stranger = TributeFactory(name="Jeanne Tremblay")
    browser = browse(admin)
    assert "Jeanne" not in page(browser.open("giving:gift_create", {"tribute": stranger.pk})).text
    browser.send("giving:gift_create", typed | {"tribute_kind": "memory", "tribute_name": "Jeanne Tremblay"})
    assert Gift.objects.get().tribute != stranger
    assert browser.open("giving:tribute_detail", pk=stranger.pk).status_code == 404


def test_a_second_person_is_told_when_the_tribute_changed_meanwhile(browse, admin, give, donor, fund, typed):
    gift = give(jeanne())
    browser = browse(admin)
    drawn = page(browser.open("giving:gift_update", pk=gift.pk))
    mark = {node.get("name"): node.get("value") for node in drawn.css("form input[type=hidden]")}
    services.correct_gift(gift, tribute=Tribute(kind="honour", name="Paul Roy"), by=admin)
    sent = mark | typed | {"tribute_kind": "memory", "tribute_name": "Jeanne Tremblay", "note": "Mine"}
    answer = browser.send("giving:gift_update", sent, pk=gift.pk)
    assert "Paul Roy" in page(answer).text
    assert page(answer).one("[name=tribute_name]").get("value") == "Paul Roy"
    gift.refresh_from_db()
    assert (gift.tribute.name, gift.note) == ("Paul Roy", "")


def test_the_list_finds_by_any_spelling_and_by_who_is_still_to_be_told(browse, admin, give, family):
    gift = give(Tribute(kind="memory", name="Hélène Côté"))
    services.save_tribute(kind="honour", name="Paul Roy", by=admin)
    services.add_recipient(gift.tribute, contact=family, by=admin)
    browser = browse(admin)
    for query in ({"q": "helene COTE"}, {"waiting": "yes"}, {"kind": "memory"}):
        assert page(browser.open("giving:tribute_list", query)).texts("tbody .mc-name") == ["Hélène Côté"], query


def test_somebody_of_the_family_is_added_from_the_page(browse, admin, give, family):
    tribute = give(jeanne()).tribute
    browser = browse(admin)
    unclear = browser.send("giving:recipient_add", {"contact": "", "contact_text": "Nobody at all"}, pk=tribute.pk)
    assert list(errors(unclear)) == ["contact"]
    browser.send("giving:recipient_add", {"contact": family.pk, "contact_text": family.name}, pk=tribute.pk)
    assert "1 gift to be told" in page(browser.open("giving:tribute_detail", pk=tribute.pk)).words
    assert page(browser.open("giving:notice_list")).texts("tbody .mc-name") == [family.name]
    browser.send("giving:recipient_remove", pk=TributeRecipient.objects.get().pk)
    assert not TributeRecipient.objects.exists()


def test_a_fundraiser_edits_the_page_of_a_colleagues_contact_without_seeing_or_losing_it(
    browse, admin, colleague, family
):
    tribute = services.save_tribute(kind="memory", name="Jeanne", contact=family, by=admin)
    browser = browse(colleague)
    shown = page(browser.open("giving:tribute_detail", pk=tribute.pk))
    assert family.name not in shown.text
    form = page(browser.open("giving:tribute_update", pk=tribute.pk))
    assert family.name not in form.text
    sent = {"kind": "memory", "name": "Jeanne Roy", "note": "", "is_active": "on", "contact": ""}
    browser.send("giving:tribute_update", sent, pk=tribute.pk)
    tribute.refresh_from_db()
    assert (tribute.name, tribute.contact) == ("Jeanne Roy", family)


def test_the_digest_names_the_families_who_wait(admin, colleague, give, family):
    gift = give(jeanne())
    assert collect_notices(admin, None, None) is None
    services.add_recipient(gift.tribute, contact=family, by=admin)
    section = collect_notices(admin, None, None)
    assert section.total == "1 person is to be told of gifts."
    assert [(line.text, line.amount) for line in section.lines] == [(family.name, "1 gift")]
    assert collect_notices(colleague, None, None) is None
