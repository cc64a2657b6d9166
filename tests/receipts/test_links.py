"""A receipt that leaves as a link: the link is in the mailbox and nowhere else, opens the file, and stops with the receipt."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from crm.core.models import OutgoingEmail
from crm.outreach.models import Communication, MessageTemplate
from crm.receipts import links, services
from crm.receipts.models import Receipt


@pytest.fixture
def receipt(ink, gift, finance, organization, contact, run_jobs):
    organization.receipt_by_link = True
    organization.save()
    contact.email = "helene@example.org"
    contact.save()
    issued = services.issue_receipt(gift, by=finance)
    run_jobs()
    return Receipt.objects.get(pk=issued.pk)


@pytest.fixture
def left(receipt, finance, run_jobs, mailoutbox):
    """The mail as it reached the donor."""
    mailoutbox.clear()
    services.email_receipt(receipt, by=finance)
    run_jobs()
    (mail,) = mailoutbox
    return mail


def link_in(mail) -> str:
    (address,) = re.findall(r"http://testserver(/[a-z]{2}/r/file/[^\s]+/)", mail.body)
    return address


def test_the_mail_has_a_link_and_no_file_and_the_link_opens_the_very_file(left, receipt):
    answer = Client().get(link_in(left))
    assert left.attachments == []
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content == services.stored_pdf(receipt)
    assert (answer["Referrer-Policy"], answer["X-Robots-Tag"]) == ("no-referrer", "noindex")
    assert "no-store" in answer["Cache-Control"]
    assert "sessionid" not in answer.cookies


def test_the_link_is_a_link_in_the_html_too(left):
    (html, _kind) = left.alternatives[0][:2]
    assert f'href="http://testserver{link_in(left)}"' in html


def test_nothing_that_is_stored_holds_the_link(left):
    token = link_in(left).rstrip("/").rpartition("/")[2]
    stored = [*OutgoingEmail.objects.values_list("text", "html"), *Communication.objects.values_list("subject", "body")]
    assert stored
    assert all(token not in text for texts in stored for text in texts)
    assert links.place("fr") in Communication.objects.get().body


def test_a_template_of_their_own_gets_the_link_too(receipt, organization, finance, run_jobs, mailoutbox):
    MessageTemplate.objects.create(
        organization=organization, name="Ours", purpose="receipt", subject_fr="Reçu {number}", body_fr="{greeting}",
        subject_en="Receipt {number}", body_en="{greeting}",
    )  # fmt: skip
    mailoutbox.clear()
    services.email_receipt(receipt, by=finance)
    run_jobs()
    assert Client().get(link_in(mailoutbox[0])).status_code == 200


def test_once_void_it_says_so_and_shows_no_file(left, receipt, finance, contact):
    services.cancel_receipt(receipt, reason="Wrong", by=finance)
    answer = Client().get(link_in(left))
    assert answer.status_code == 410
    assert receipt.number in answer.content.decode()
    assert contact.last_name not in answer.content.decode()


@pytest.mark.parametrize("token", ["1", "1.abc.def", "only-in-the-mail", "x" * 500, "1..", "%00"])
def test_a_forged_link_opens_nothing(receipt, token):
    assert Client().get(f"/fr/r/file/{token}/").status_code == 404


def test_a_link_of_another_use_of_the_key_or_with_another_number_opens_nothing(left, receipt):
    path = link_in(left)
    assert Client().get(path.replace(f"/file/{receipt.pk}.", f"/file/{receipt.pk + 1}.")).status_code == 404
    assert Client().get(path[:-2] + "/").status_code == 404


def test_it_stops_after_its_days(left, time_machine):
    time_machine.move_to(timezone.now() + timedelta(days=links.DAYS - 1), tick=False)
    assert Client().get(link_in(left)).status_code == 200
    time_machine.move_to(timezone.now() + timedelta(days=2), tick=False)
    assert Client().get(link_in(left)).status_code == 404


def test_an_altered_file_is_not_handed_out(left, receipt):
    from django.core.files.base import ContentFile
    from django.core.files.storage import default_storage

    default_storage.delete(receipt.pdf.name)
    default_storage.save(receipt.pdf.name, ContentFile(b"%PDF-1.7 another"))
    assert Client().get(link_in(left)).status_code == 404


def test_the_archive_gets_the_file_itself(receipt, organization, finance, run_jobs, mailoutbox):
    organization.receipt_copy_to = "archive@example.org"
    organization.save()
    mailoutbox.clear()
    services.email_receipt(receipt, by=finance)
    run_jobs()
    files = {mail.to[0]: len(mail.attachments) for mail in mailoutbox}
    assert files == {"helene@example.org": 0, "archive@example.org": 1}
