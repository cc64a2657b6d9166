"""Mails about one's own account: our words, the person's language, links that open in it."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from crm.accounts.models import User

PASSWORD, NEW = "correct horse battery", "sentier-lanterne-1482"


def ask(email: str, language: str = "en"):
    return Client().post(reverse("account_reset_password").replace("/en/", f"/{language}/"), {"email": email})


@pytest.mark.parametrize(("language", "page"), [("fr", "en"), ("en", "fr")])
def test_a_forgotten_password_is_answered_in_the_persons_language_whatever_the_page(member, mailoutbox, language, page):
    member.user.language = language
    member.user.save()
    ask(member.user.email, page)
    (message,) = mailoutbox
    html = message.alternatives[0][0]
    link = re.search(r"http://testserver(/\S+)", message.body)[1]
    assert message.to == [member.user.email]
    assert link.startswith(f"/{language}/account/password/reset/key/")
    assert f'<html lang="{language}-CA"' in html
    assert link in html


def test_the_subject_says_what_it_is_about_and_nothing_else(member, mailoutbox):
    ask(member.user.email)
    assert mailoutbox[0].subject == "Choose a new password"


def test_the_link_never_follows_a_forged_host(member, mailoutbox):
    Client().post(reverse("account_reset_password"), {"email": member.user.email}, headers={"Host": "evil.example"})
    assert "http://testserver/" in mailoutbox[0].body
    assert "evil.example" not in mailoutbox[0].body + mailoutbox[0].alternatives[0][0]


def test_the_new_password_works_and_the_old_one_no_longer_does(member, mailoutbox):
    ask(member.user.email)
    link = re.search(r"http://testserver(/\S+)", mailoutbox[0].body)[1]
    client = Client()
    form = client.get(link).url
    assert client.post(form, {"password1": NEW, "password2": NEW}).status_code == 302
    member.user.refresh_from_db()
    assert (member.user.check_password(NEW), member.user.check_password(PASSWORD)) == (True, False)
    assert "A new Merci password was chosen" in mailoutbox[1].body
    again = Client().get(link)
    assert again.status_code == 200  # used: a page that says so instead of the form
    assert "password1" not in again.content.decode()


def test_an_unknown_address_gets_no_mail_and_the_same_answer(member, mailoutbox):
    known, unknown = ask(member.user.email), ask("nobody@example.test")
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert [message.to for message in mailoutbox] == [[member.user.email]]


def test_accounts_made_on_the_command_line_choose_a_new_password_too(db, mailoutbox, monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", email="Root@Example.test", first_name="Root", interactive=False, verbosity=0)
    ask("root@example.test")
    assert EmailAddress.objects.get().verified is True
    assert [message.to for message in mailoutbox] == [["root@example.test"]]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_changed_password_is_told_with_when_and_from_where(member, mailoutbox, language):
    User.objects.filter(pk=member.user_id).update(language=language, timezone="America/Vancouver")
    client = Client()
    client.post(reverse("account_login"), {"login": member.user.email, "password": PASSWORD})
    client.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW},
        headers={"User-Agent": "Firefox <b>"},
        REMOTE_ADDR="198.51.100.7",
    )
    (message,) = mailoutbox
    html = message.alternatives[0][0]
    assert f'<html lang="{language}-CA"' in html
    assert "198.51.100.7" in message.body
    assert "Firefox <b>" in message.body
    assert "Firefox &lt;b&gt;" in html
    assert "\n\n\n" not in message.body


def test_a_name_with_an_apostrophe_reads_well_in_the_plain_text(member, mailoutbox):
    User.objects.filter(pk=member.user_id).update(first_name="D’Arcy & O'Neil")
    ask(member.user.email)
    assert mailoutbox[0].body.startswith("Hello D’Arcy & O'Neil,")


NOTICES = {
    "account/email": ["email_changed", "email_confirm", "email_deleted", "password_set"],
    "mfa/email": [
        "totp_activated",
        "totp_deactivated",
        "recovery_codes_generated",
        "webauthn_added",
        "webauthn_removed",
    ],
}


@pytest.mark.parametrize("prefix", [f"{folder}/{name}" for folder, names in NOTICES.items() for name in names])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_notice_is_written_in_both_forms(member, rf, mailoutbox, prefix, language):
    from allauth.account.adapter import get_adapter
    from allauth.core import context

    member.user.language = language
    extra = {"from_email": "a@b.test", "to_email": "c@d.test", "deleted_email": "a@b.test"}
    request = rf.get("/", REMOTE_ADDR="198.51.100.7", headers={"User-Agent": "Firefox"})
    with context.request_context(request):
        get_adapter(request).send_notification_mail(prefix, member.user, extra)
    (message,) = mailoutbox
    assert message.subject.strip() == message.subject != ""
    assert f'<html lang="{language}-CA"' in message.alternatives[0][0]
    assert "Firefox" in message.body
    assert "example.com" not in message.body  # nothing of allauth's own wording
