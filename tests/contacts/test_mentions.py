"""Colleagues named in a note are told of it, once, if they may see whom it is about (U-02)."""

import pytest

from crm.contacts import mentions, services
from crm.notifications.models import Notification
from tests.factories.accounts import MembershipFactory
from tests.factories.contacts import ContactFactory
from tests.giving.reading import page


@pytest.fixture
def colleague(organization):
    def make(first: str, last: str, role="admin", **fields):
        return MembershipFactory(
            organization=organization, role=role, user__first_name=first, user__last_name=last, **fields
        )

    return make


@pytest.fixture
def isabelle(colleague):
    return colleague("Isabelle", "Marchand")


def told(person) -> int:
    return Notification.objects.filter(membership=person, kind=mentions.MENTION).count()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@Isabelle Marchand, call her back", ["Marchand"]),
        ("see with @isabelle marchand.", ["Marchand"]),
        ("(@ISABELLE)", ["Marchand"]),  # the only one of this first name
        ("@Jean Côté and @jean-francois cote", ["Côté", "Cote"]),
        ("@Jean Cote", ["Côté"]),  # accents apart
        ("@Jean", []),  # two of them
        ("@Isabelle Marchandeau", ["Marchand"]),  # by her first name
        ("@Isabel", []),
        ("isabelle@marchand.test, Isabelle Marchand", []),  # an address; a name alone
        ("@@Isabelle", ["Marchand"]),
        ("@", []),
        ("@ Isabelle", []),
        ("@<script>alert(1)</script>", []),
    ],
)
def test_who_is_named(text, names, isabelle, colleague):
    people = [isabelle, colleague("Jean", "Côté"), colleague("Jean", "Roy"), colleague("Jean-François", "Cote")]
    assert [one.user.last_name for one in mentions.named_in(text, people)] == names


def test_whoever_is_named_is_told_once_with_a_way_to_the_contact(contact, isabelle, admin, browse):
    note = services.add_note(contact, text="Ask @Isabelle Marchand <b>today</b>", by=admin)
    services.edit_note(note, text="Ask @Isabelle Marchand tomorrow", by=admin)
    assert told(isabelle) == 1
    desk = browse(isabelle)
    shown = page(desk.open("inbox:notification_list"))
    assert shown.texts("main .mc-list button") == [f"{admin} named you in a note on {contact.name}"]
    assert "Ask @Isabelle Marchand tomorrow" in shown.one("main .mc-list").words
    answer = desk.send("inbox:notification_list", {"open": Notification.objects.get().pk})
    assert answer.url == contact.get_absolute_url()


def test_whoever_is_added_later_is_told_then_and_the_others_not_again(contact, isabelle, colleague, admin):
    luc = colleague("Luc", "Roy")
    note = services.add_note(contact, text="@Isabelle", by=admin)
    services.edit_note(note, text="@Isabelle and @Luc", by=admin)
    assert (told(isabelle), told(luc)) == (1, 1)


def test_nobody_is_told_of_their_own_words_nor_of_whom_they_may_not_see(organization, isabelle, colleague, admin):
    theirs = ContactFactory(organization=organization, owner=admin)
    fundraiser = colleague("Luc", "Roy", role="fundraiser")  # sees their own donors
    gone = colleague("Zoé", "Hamel", is_active=False)
    elsewhere = MembershipFactory(user__first_name="Ève", user__last_name="Caron")
    services.add_note(theirs, text="@Luc @Zoé @Ève @Isabelle", by=isabelle)
    assert [told(one) for one in (isabelle, fundraiser, gone, elsewhere)] == [0, 0, 0, 0]
    services.add_note(ContactFactory(organization=organization, owner=fundraiser), text="@Luc", by=isabelle)
    assert told(fundraiser) == 1


def test_a_note_that_is_deleted_says_nothing_any_more(contact, isabelle, admin, browse):
    note = services.add_note(contact, text="@Isabelle", by=admin)
    services.delete_note(note, by=admin)
    assert "What this was about is gone." in page(browse(isabelle).open("inbox:notification_list")).words


def test_the_list_offers_those_who_see_the_contact_and_oneself_not(organization, isabelle, colleague, admin, browse):
    theirs = ContactFactory(organization=organization, owner=admin)
    colleague("Luc", "Roy", role="fundraiser")
    found = browse(admin).open("contacts:contact_colleagues", pk=theirs.pk).json()["results"]
    names = [one["name"] for one in found]
    assert "Isabelle Marchand" in names
    assert str(admin) not in names
    assert "Luc Roy" not in names


def test_a_note_without_a_name_costs_no_query_more(contact, isabelle, admin, django_assert_max_num_queries):
    services.add_note(contact, text="plain", by=admin)
    with django_assert_max_num_queries(9):
        services.add_note(contact, text="plain", by=admin)
