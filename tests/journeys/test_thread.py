"""From the sign-in page to the digest: the thread of issue 2, in both languages, as a person goes through it."""

import io
import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone
from playwright.sync_api import expect
from pypdf import PdfReader

from crm.accounts.models import Membership
from crm.notifications.jobs import send_digests
from crm.receipts.labels import labels
from crm.receipts.models import Receipt

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CONTACTS = """Prénom;Nom;Courriel;Adresse;Ville;Province;Code postal;Langue
Hélène;Bouchard;helene@courriel.example;1482, rue des Érables;Trois-Rivières;QC;G9A 5H7;français
Sarah;O’Connor;sarah@mail.example;40 Elgin Street;Ottawa;ON;K1P 5K8;anglais
;;pas-un-courriel;;;;;
"""
GIFTS = """Courriel;Date du don;Montant;Mode de paiement
helene@courriel.example;31/01/2026;1 234,56 $;chèque
sarah@mail.example;31/01/2026;1 234,56 $;chèque
"""
# The reader and the donor do not speak the same language: each gets theirs.
STORIES = {
    "fr": {
        "donor": "Sarah O’Connor", "search": "connor", "donor_language": "en", "amount": "$1,234.56",
        "waiting": "En attente", "result": "Voir le résultat",
        "gift": "Don de 1\u00a0234,56\u00a0$", "came": "Venu du fichier", "issue": "Émettre le reçu",
        "download": "Télécharger le reçu", "sections": ["NOUVEAUX CONTACTS", "NOUVEAUX DONS", "REÇUS ÉMIS"],
    },
    "en": {
        "donor": "Hélène Bouchard", "search": "bouch", "donor_language": "fr", "amount": "1 234,56 $",
        "waiting": "Waiting for its turn", "result": "See the result",
        "gift": "Gift of $1,234.56", "came": "Came with the file", "issue": "Issue the receipt",
        "download": "Download the receipt", "sections": ["NEW CONTACTS", "NEW GIFTS", "RECEIPTS ISSUED"],
    },
}  # fmt: skip


@pytest.fixture
def reader(office, request):
    """The administrator, in the language of the story; wants the digest at whatever hour it is."""
    office.user.language = request.getfixturevalue("language")
    office.user.save()
    Membership.objects.filter(pk=office.pk).update(
        digest_hour=0, wants_digest=True, created_at=timezone.now() - timedelta(days=3)
    )
    return office


def sign_in(page, language: str, user) -> None:
    page.goto(f"/{language}/account/login/")
    expect(page.locator("#id_login")).to_be_focused()
    page.keyboard.type(user.email)
    page.keyboard.press("Tab")  # the forgotten password
    page.keyboard.press("Tab")
    expect(page.locator("#id_password")).to_be_focused()
    page.keyboard.type("correct horse battery")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{language}/o/rive-claire/")


def import_file(page, kind: str, text: str, story: dict, run_jobs) -> None:
    page.locator("#nav a[href$='/imports/']").click()
    page.locator("main a[href$='/imports/new/']").first.click()
    page.locator(f"input[name=kind][value={kind}]").check()
    page.set_input_files("#id_file", {"name": f"{kind}.csv", "mimeType": "text/csv", "buffer": text.encode()})
    page.locator(".mc-save button").click()
    expect(page.locator("tbody tr")).to_have_count(len(text.splitlines()) - 1)
    page.locator(".page-header button[type=submit]").click()
    expect(page.locator("#operation")).to_contain_text(story["waiting"])
    run_jobs()
    page.get_by_role("link", name=story["result"]).click()
    page.locator("section[aria-labelledby=happened]").wait_for()


def figures(page) -> list[str]:
    """New, updated, already there, refused."""
    return page.locator("section[aria-labelledby=happened] dd").all_inner_texts()


def find_donor(page, story: dict) -> None:
    page.keyboard.press("Control+k")
    page.keyboard.type(story["search"])
    expect(page.locator("[data-palette] [role=option]").first).to_contain_text(story["donor"])
    page.keyboard.press("Enter")
    expect(page.locator("#contact-name")).to_have_text(story["donor"])


@pytest.mark.parametrize("language", ["fr", "en"])
def test_from_two_files_to_a_receipt_and_the_digest(language, reader, window, run_jobs):
    story = STORIES[language]
    page = window().page
    sign_in(page, language, reader.user)
    expect(page.locator("html")).to_have_attribute("lang", f"{language}-CA")

    import_file(page, "contacts", CONTACTS, story, run_jobs)
    assert figures(page) == ["2", "0", "0", "1"]
    import_file(page, "gifts", GIFTS, story, run_jobs)
    assert figures(page) == ["2", "0", "0", "0"]

    find_donor(page, story)
    expect(page.locator("#timeline .mc-tl")).to_have_count(2)
    expect(page.locator("#timeline")).to_contain_text(story["gift"])
    expect(page.locator("#timeline")).to_contain_text(story["came"])

    page.locator("#id_text").fill("Thanked by phone. Rappeler en mars.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#timeline .mc-quote")).to_have_text("Thanked by phone. Rappeler en mars.")
    expect(page.locator("#id_text")).to_have_value("")

    page.locator("#tab-card nav a[href='?tab=gifts']").click()
    page.locator("#tab-card tbody a.mc-strong").click()
    page.get_by_role("link", name=story["issue"]).click()
    page.get_by_role("button", name=story["issue"]).click()
    run_jobs()
    with page.expect_download() as started:
        page.get_by_role("link", name=story["download"]).click()
    check_receipt(started.value, story)
    check_digest(language, reader, story, run_jobs)


def check_receipt(download, story: dict) -> None:
    receipt = Receipt.objects.get()
    wording = {"fr": "recu", "en": "receipt"}[story["donor_language"]]
    assert download.suggested_filename == f"{wording}-{receipt.number}.pdf"
    with open(download.path(), "rb") as file:  # noqa: PTH123 - a path of Playwright's
        reader = PdfReader(io.BytesIO(file.read()))
    printed = " ".join(" ".join(page.extract_text() for page in reader.pages).split()).replace("\u00a0", " ")
    words = labels("1", story["donor_language"])
    wanted = [words[key].replace("\u00a0", " ") for key in ("title", "registration_number", "issued_on", "eligible")]
    wanted += [receipt.number, story["donor"], story["amount"]]
    assert [text for text in wanted if text.lower() not in printed.lower()] == []
    assert reader.trailer["/Root"]["/Lang"].startswith(story["donor_language"])


def check_digest(language: str, reader, story: dict, run_jobs) -> None:
    mail.outbox.clear()
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        assert send_digests() == 1
        run_jobs()
    [letter] = mail.outbox
    assert letter.to == [reader.user.email]
    assert sorted(line for line in letter.body.splitlines() if line in story["sections"]) == story["sections"]
    assert story["donor"] in letter.body
    html = letter.alternatives[0].content
    assert re.search(r'<html[^>]*lang="(\w\w)', html)[1] == language
