"""Whoever gets an e-mail to many can stop them by one click, from the page or from their mail program, and only they."""

import pytest
from django.test import Client

from crm.contacts import services as contacts
from crm.contacts.models import Consent, TimelineEvent
from crm.outreach import unsubscribing
from tests.factories.contacts import ContactFactory
from tests.factories.outreach import MailingFactory


@pytest.fixture
def person(organization, owner):
    return ContactFactory(organization=organization, owner=owner, email="roy@x.test")


@pytest.fixture
def mailing(admin):
    return MailingFactory(created_by=admin, title="Spring")


def consent(person) -> str:
    return Consent.objects.filter(contact=person, channel="email").values_list("status", flat=True).first() or ""


def path(person, mailing, language="fr") -> str:
    return "/" + unsubscribing.address_of(person.pk, mailing.pk, language).split("/", 3)[3]


@pytest.mark.parametrize(("language", "said"), [("fr", "Plus de courriels?"), ("en", "No more e-mails?")])
def test_opening_the_link_asks_and_changes_nothing(language, said, person, mailing, client):
    """Programs that look into links before people do must not unsubscribe anybody."""
    response = client.get(path(person, mailing, language))
    assert (response.status_code, said in response.content.decode(), consent(person)) == (200, True, "")
    assert response["Cache-Control"] == "private, no-store"
    assert person.email not in response.content.decode()


def test_one_click_stops_them_and_the_second_changes_nothing(person, mailing, client):
    for _click in range(2):
        response = client.post(path(person, mailing))
        assert (response.status_code, "C’est fait" in response.content.decode()) == (200, True)
    assert consent(person) == "withdrawn"
    (event,) = TimelineEvent.objects.filter(contact=person, verb="consent.withdrawn")
    assert event.actor is None
    assert Consent.objects.get(contact=person).source == "Désabonnement depuis «\u00a0Spring\u00a0»"


def test_mail_programs_post_without_a_page_of_ours(person, mailing):
    """RFC 8058: no cookie, no token, a body of their own."""
    client = Client(enforce_csrf_checks=True)
    response = client.post(path(person, mailing), {"List-Unsubscribe": "One-Click"})
    assert (response.status_code, consent(person)) == (200, "withdrawn")


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    "change", [lambda p: p[:-2] + "x/", lambda p: p.replace("/u/", "/u/9"), lambda p: "/fr/u/1-1.abc/"]
)
def test_a_forged_link_is_refused(method, change, person, mailing, client):
    response = getattr(client, method)(change(path(person, mailing)))
    assert (response.status_code, consent(person)) == (404, "")


def test_who_was_merged_stops_the_one_they_live_on_in(person, mailing, owner, admin, client):
    kept = ContactFactory(organization=person.organization, owner=owner, email="roy@x.test")
    link = path(person, mailing)
    contacts.merge_contacts(kept=kept, absorbed=person, by=admin)
    assert client.post(link).status_code == 200
    assert consent(kept) == "withdrawn"


def test_who_was_forgotten_is_told_the_same_and_nothing_is_kept(person, mailing, admin, client):
    link = path(person, mailing)
    contacts.anonymize_contact(person, reason="They asked", by=admin)
    assert client.post(link).status_code == 200
    assert consent(person) == ""
