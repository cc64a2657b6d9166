"""What a digest says, to whom, in which language; and how it is stopped."""

import re
from datetime import date, timedelta
from html.parser import HTMLParser

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from django.utils.translation import get_language

from crm.contacts.models import Contact
from crm.notifications import digest, services
from crm.notifications.digest import Line, Registered, Section, compose, register_section
from crm.notifications.models import DigestDelivery
from tests.factories.accounts import MembershipFactory
from tests.factories.contacts import ContactFactory

NASTY = '<script>alert("x")</script> O’Neil & fils'


@pytest.fixture
def sections(monkeypatch):
    """``sections(news=collect)``: the only sections there are."""

    def use(**collects) -> None:
        table = {
            code: Registered(code, order, "contacts.view", collect)
            for order, (code, collect) in enumerate(collects.items())
        }
        monkeypatch.setattr(digest, "SECTIONS", table)

    return use


def section(**fields):
    """A ``collect`` that always says the same."""
    given = {"title": "News", "total": "1 thing.", "count": 1, **fields}
    return lambda membership, since, until: Section(**given)


def yesterday(contact: Contact) -> Contact:
    Contact.objects.filter(pk=contact.pk).update(created_at=timezone.now() - timedelta(hours=5))
    return contact


def send(membership, on: date = date(2026, 11, 24)):
    return services.send_digest(membership, on=on)


@pytest.fixture
def mail(run_jobs, mailoutbox):
    """``mail(membership)``: the message that person gets, or ``None``."""

    def deliver(membership, on: date = date(2026, 11, 24)):
        before = len(mailoutbox)
        send(membership, on)
        run_jobs()
        return mailoutbox[before] if len(mailoutbox) > before else None

    return deliver


def html(message) -> str:
    return message.alternatives[0].content


class Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs) -> None:
        self.names.append(tag)
        if tag == "a":
            self.links.append(dict(attrs)["href"])


# --- composition ---
def test_nothing_to_say_sends_nothing(admin, sections, mail):
    sections(news=lambda *args: None, more=section(count=0))
    assert mail(admin) is None
    assert DigestDelivery.objects.get().status == "empty"


def test_a_section_with_nothing_is_left_out(admin, sections, mail):
    sections(quiet=lambda *args: None, news=section(title="Something new"))
    message = mail(admin)
    assert DigestDelivery.objects.get().counts == {"news": 1}
    assert Tags(html(message)).names.count("h2") == 1


def test_sections_come_in_their_order(monkeypatch, admin):
    monkeypatch.setattr(digest, "SECTIONS", {})
    for code, order in (("b", 20), ("a", 20), ("c", 10)):
        register_section(code, order=order, permission="contacts.view", collect=section(title=code))
    assert list(compose(admin, timezone.now(), timezone.now())) == ["c", "a", "b"]


def test_a_section_is_only_for_who_may_read_it(monkeypatch, admin, member):
    monkeypatch.setattr(digest, "SECTIONS", {})
    register_section("receipts", order=1, permission="receipts.view", collect=section())
    now = timezone.now()
    assert (list(compose(admin, now, now)), list(compose(member, now, now))) == (["receipts"], [])


def test_at_most_five_rows_are_told_and_the_count_is_whole(admin, sections):
    sections(news=section(count=40, lines=[Line(text=str(number)) for number in range(40)]))
    now = timezone.now()
    (found,) = compose(admin, now, now).values()
    assert ([line.text for line in found.lines], found.count) == (["0", "1", "2", "3", "4"], 40)


def test_a_tone_that_does_not_exist_is_a_mistake():
    with pytest.raises(ValueError, match="unknown tone"):
        Line(text="x", tone="purple")


# --- the contacts' section ---
def test_new_contacts_are_told(admin, contact, mail):
    yesterday(contact)
    message = mail(admin)
    assert "1 new contact." in message.body
    assert "Hélène Côté-Bouchard (Trois-Rivières · Followed by Olive" in message.body


def test_what_is_older_than_the_last_digest_is_not_told(admin, contact, mail):
    Contact.objects.update(created_at=timezone.now() - timedelta(days=2))
    assert mail(admin) is None


def test_an_archived_contact_is_not_told(admin, contact, mail):
    yesterday(contact)
    Contact.objects.update(archived_at=timezone.now())
    assert mail(admin) is None


def test_a_fundraiser_is_told_of_their_own_contacts_only(owner, colleague, contact, mail):
    yesterday(contact)
    assert "Côté-Bouchard" in mail(owner).body
    assert mail(colleague) is None


def test_two_organizations_of_one_person_are_two_digests_that_share_nothing(admin, contact, outsider, mail):
    there = MembershipFactory(organization=outsider.organization, user=admin.user)
    yesterday(contact)
    yesterday(ContactFactory(organization=outsider.organization, first_name="Nora", last_name="Elsewhere"))
    here, elsewhere = mail(admin), mail(there)
    assert ("Côté-Bouchard" in here.body, "Elsewhere" in here.body) == (True, False)
    assert ("Côté-Bouchard" in elsewhere.body, "Elsewhere" in elsewhere.body) == (False, True)
    assert "/o/other/" not in here.body


# --- language, links, safety ---
@pytest.mark.parametrize(("language", "day"), [("fr", "24\u00a0novembre 2026"), ("en", "November 24, 2026")])
def test_it_speaks_the_readers_language(language, day, admin, sections, mail):
    admin.user.language = language
    admin.user.save()
    sections(news=lambda *args: Section(title=get_language(), total="1.", count=1))
    message = mail(admin)
    assert day in message.subject
    assert f'<html lang="{language}-CA"' in html(message)
    assert f">{language}</h2>" in html(message)
    assert f"http://testserver/{language}/o/rive-claire/" in Tags(html(message)).links
    assert get_language() == "en"


def test_the_french_digest_is_in_french(admin, sections, mail):
    admin.user.language = "fr"
    admin.user.save()
    sections(news=section())
    message = mail(admin)
    assert message.subject == "Votre journée du 24\u00a0novembre 2026 · Fondation Rive-Claire"
    assert message.body.startswith("Bonjour Alice\n")
    assert "chaque jour à 8\u00a0h" in message.body


def test_the_hour_is_said_on_the_readers_clock(admin, sections, mail):
    admin.user.timezone = "America/Vancouver"
    admin.user.save()
    type(admin).objects.update(digest_hour=14)
    admin.refresh_from_db()
    sections(news=section())
    assert "each day at 2:00\u00a0p.m." in mail(admin).body


def test_every_link_works_from_a_mailbox(admin, contact, mail):
    yesterday(contact)
    links = Tags(html(mail(admin))).links
    assert len(links) == 5  # the contact, the list, my day, the hour, the end
    assert [link for link in links if not link.startswith("http://testserver/")] == []


def test_a_donors_name_is_never_markup(admin, organization, owner, mail):
    yesterday(ContactFactory(organization=organization, owner=owner, first_name="", last_name=NASTY))
    message = mail(admin)
    assert "script" not in Tags(html(message)).names
    assert "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; O’Neil &amp; fils" in html(message)
    assert f"- {NASTY} (" in message.body


def test_no_donor_is_named_in_the_subject(admin, contact, mail):
    yesterday(contact)
    assert mail(admin).subject == "Your day of November 24, 2026 · Rive-Claire Foundation"


def test_html_and_text_tell_the_same(admin, sections, mail):
    line = Line(text="Mohamed Benali", detail="First gift", amount="$250.00", tone="ok", url="/en/x/")
    sections(
        news=section(title="Gifts", total="1 gift arrived.", lines=[line], link_url="/en/all/", link_label="See them")
    )
    message = mail(admin)
    plain = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html(message).partition("</head>")[2]))
    for words in ("1 gift arrived.", "Mohamed Benali", "First gift", "$250.00", "See them"):
        assert (words in plain, words in message.body) == (True, True)


# --- stopping ---
def stop_link(message) -> str:
    link = message.extra_headers["List-Unsubscribe"].strip("<>")
    assert link in Tags(html(message)).links
    assert link in message.body
    return link.removeprefix("http://testserver")


@pytest.fixture
def link(admin, sections, mail) -> str:
    sections(news=section())
    message = mail(admin)
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    return stop_link(message)


def wants(membership) -> bool:
    membership.refresh_from_db()
    return membership.wants_digest


def test_opening_the_link_only_asks(admin, link):
    response = Client().get(link)
    assert response.status_code == 200
    assert "Stop receiving the daily digest?" in response.content.decode()
    assert response["Referrer-Policy"] == "no-referrer"
    assert wants(admin) is True


def test_confirming_stops_it_and_it_can_be_had_again(admin, link):
    browser = Client(enforce_csrf_checks=True)
    assert "You will not receive it any more" in browser.post(link).content.decode()
    assert wants(admin) is False
    assert "Your digest will come again" in browser.post(link, {"again": "1"}).content.decode()
    assert wants(admin) is True


def test_a_mail_programs_own_button_stops_it(admin, link):
    assert Client(enforce_csrf_checks=True).post(link, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert wants(admin) is False


def test_stopping_concerns_one_organization_and_keeps_the_hour(admin, outsider, link):
    there = MembershipFactory(organization=outsider.organization, user=admin.user, digest_hour=9)
    Client().post(link)
    assert (wants(admin), wants(there)) == (False, True)
    assert admin.digest_hour == 8


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_forged_link_opens_nothing(admin, link, method):
    forged = link[:-2] + ("A" if link[-2] != "A" else "B") + "/"
    assert getattr(Client(), method)(forged).status_code == 404
    assert wants(admin) is True


def test_a_link_signed_for_something_else_opens_nothing(admin):
    from django.core import signing

    token = signing.dumps(admin.pk, salt="another.purpose")
    assert Client().post(f"/en/digest/stop/{token}/").status_code == 404
    assert wants(admin) is True


# --- the command ---
def run(capsys, *args) -> str:
    call_command("send_digest", *args)
    return capsys.readouterr().out


def test_the_command_sends_now_and_once_a_day(admin, sections, capsys, mailoutbox):
    sections(news=section())
    assert run(capsys, "--to", admin.user.email.upper()).startswith("sent: “Your day of ")
    assert "was already sent" in run(capsys, "--to", admin.user.email)
    assert run(capsys, "--to", admin.user.email, "--force-date", "2027-01-01").startswith("sent: ")
    assert len(mailoutbox) == 2


def test_the_command_says_when_there_is_nothing_to_say(admin, sections, capsys, mailoutbox):
    sections()
    assert run(capsys, "--to", admin.user.email).startswith("Nothing to say since ")
    assert mailoutbox == []


def test_the_command_asks_for_the_organization_when_there_are_several(admin, outsider, sections, capsys):
    sections(news=section())
    MembershipFactory(organization=outsider.organization, user=admin.user)
    with pytest.raises(CommandError, match="choose one"):
        call_command("send_digest", "--to", admin.user.email)
    assert run(capsys, "--to", admin.user.email, "--organization", "other").startswith("sent: ")
    with pytest.raises(CommandError, match="no such organization"):
        call_command("send_digest", "--to", "nobody@example.test")


def test_every_real_section_can_be_asked(admin, organization):
    """Whatever the domains registered: it answers for an empty organization with nothing."""
    now = timezone.now()
    assert compose(admin, now - timedelta(days=1), now) == {}
    assert "contacts" in digest.SECTIONS
