"""The development outbox: mail kept in a folder, read in a browser."""

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection
from django.test import Client

from crm.core import outbox

HTML = '<!doctype html><html><head><title>x</title></head><body style="color:red"><script>alert(1)</script>Bonjour</body></html>'


@pytest.fixture
def folder(settings, tmp_path):
    settings.OUTBOX_DIR = tmp_path / "outbox"
    return settings.OUTBOX_DIR


@pytest.fixture
def letter(folder):
    """One message in the outbox."""
    message = EmailMultiAlternatives(
        "Votre journée <b>", "Bonjour Zoé\nhttp://example.test/x", "merci@example.test", ["zoe@example.test"],
        connection=get_connection("crm.core.outbox.EmailBackend"),
    )  # fmt: skip
    message.attach_alternative(HTML, "text/html")
    assert message.send() == 1
    return outbox.letters()[0]


def test_a_message_is_kept_whole(letter):
    assert (letter.subject, letter.to) == ("Votre journée <b>", "zoe@example.test")
    assert (letter.text.strip(), letter.html.strip()) == ("Bonjour Zoé\nhttp://example.test/x", HTML)


def test_an_outbox_nobody_has_written_to_is_empty(folder):
    assert outbox.letters() == []


def test_the_newest_message_comes_first(folder, letter):
    second = EmailMultiAlternatives(
        "Second", "…", to=["a@example.test"], connection=get_connection("crm.core.outbox.EmailBackend")
    )
    second.send()
    assert [row.subject for row in outbox.letters()] == ["Second", "Votre journée <b>"]


@pytest.mark.parametrize("name", ["../settings.py", "/etc/passwd", "%2e%2e/x.eml", "none.eml"])
def test_only_files_of_the_outbox_are_read(letter, folder, name):
    (folder.parent / "x.eml").write_text("Subject: secret\n\nx")
    assert outbox.read(name) is None
    assert Client().get(f"/outbox/{name}").status_code == 404


def test_the_list_and_the_letter_are_pages_without_signing_in(letter, db):
    listing = Client().get("/outbox/").content.decode()
    assert "Votre journée &lt;b&gt;" in listing
    page = Client().get(f"/outbox/{letter.name}").content.decode()
    assert f'src="/outbox/{letter.name}/body"' in page
    assert '<a href="http://example.test/x" rel="nofollow">' in page


def test_the_body_is_framed_under_a_policy_of_its_own(letter, db):
    """Inline styles of mail are allowed there and nothing else is: no script, no form, no image from elsewhere."""
    response = Client().get(f"/outbox/{letter.name}/body")
    policy = dict(part.strip().partition(" ")[::2] for part in response["Content-Security-Policy"].split(";"))
    assert policy == {
        "default-src": "'none'",
        "style-src": "'unsafe-inline'",
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'self'",
        "sandbox": "allow-popups allow-popups-to-escape-sandbox",
    }
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert '<head><base target="_blank">' in response.content.decode()


def test_the_page_around_it_keeps_the_strict_policy(letter, db):
    response = Client().get(f"/outbox/{letter.name}")
    assert "style-src 'self'" in response["Content-Security-Policy"].split("; ")
    assert response["X-Frame-Options"] == "DENY"


def test_a_message_without_html_has_no_frame(folder, db):
    get_connection("crm.core.outbox.EmailBackend").send_messages(
        [EmailMultiAlternatives("Plain", "Only text", to=["a@example.test"])]
    )
    (letter,) = outbox.letters()
    assert "<iframe" not in Client().get(f"/outbox/{letter.name}").content.decode()
    assert Client().get(f"/outbox/{letter.name}/body").status_code == 404
