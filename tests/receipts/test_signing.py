"""Files that are signed: any reader sees a change, what was drawn is inside untouched, and nothing depends on the key later."""

import hashlib
import io

import pytest
from django.core.files.storage import default_storage
from django.db import DatabaseError, transaction
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import load_certs_from_pemder_data
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from crm.receipts import services
from crm.receipts.models import Receipt, SigningCertificate
from crm.receipts.services import drawing
from tests.factories.accounts import OrganizationFactory
from tests.receipts.reading import reader, words


@pytest.fixture
def signed(organization, gift, finance, published):
    organization.receipt_signing = True
    organization.save()
    receipt = services.issue_receipt(gift, by=finance)
    services.draw_receipt(receipt.pk)
    receipt.refresh_from_db()
    return receipt


def checked(content: bytes, certificate: SigningCertificate):
    """What a reader that trusts the certificate says of the only signature in the file."""
    (root,) = load_certs_from_pemder_data(certificate.certificate.encode())
    (signature,) = PdfFileReader(io.BytesIO(content)).embedded_signatures
    return validate_pdf_signature(signature, ValidationContext(trust_roots=[root], allow_fetching=False))


def test_the_file_is_certified_by_the_charity_and_holds_the_page_as_it_was_drawn(signed, organization):
    content = services.stored_pdf(signed)
    found = checked(content, SigningCertificate.objects.get(organization=organization))
    assert (found.bottom_line, found.summary()) == (True, "INTACT:TRUSTED,UNTOUCHED")
    assert organization.legal_name_fr in found.signing_cert.subject.human_friendly
    assert hashlib.sha256(content).hexdigest() == signed.pdf_sha256
    page = drawing._drawn(signed)
    assert content.startswith(page)
    assert hashlib.sha256(page).hexdigest() == signed.page_sha256
    assert words(content) == words(page)
    assert b'pdfaid:part="3"' in content


def test_one_changed_byte_shows(signed, organization):
    content = bytearray(services.stored_pdf(signed))
    content[len(content) // 3] ^= 1
    found = checked(bytes(content), SigningCertificate.objects.get())
    assert not found.bottom_line
    assert not found.intact


def test_a_lost_file_is_drawn_again_from_its_words_and_an_altered_one_is_refused(signed):
    whole = services.stored_pdf(signed)
    default_storage.delete(signed.pdf.name)
    page = services.stored_pdf(signed)
    assert whole.startswith(page)
    assert hashlib.sha256(page).hexdigest() == signed.page_sha256
    default_storage.save(signed.pdf.name, io.BytesIO(whole + b"\n% more"))
    with pytest.raises(drawing.AlteredReceipt):
        services.stored_pdf(signed)


def test_the_page_without_its_signature_is_no_substitute_while_the_file_is_there(signed):
    page = drawing._drawn(signed)
    default_storage.delete(signed.pdf.name)
    default_storage.save(signed.pdf.name, io.BytesIO(page))
    with pytest.raises(drawing.AlteredReceipt):
        services.stored_pdf(signed)


def test_an_organization_has_one_certificate_until_it_expires_or_its_key_is_lost(organization, settings, time_machine):
    time_machine.move_to("2027-01-12T15:00Z")
    first = drawing.certificate_of(organization)
    assert drawing.certificate_of(organization) == first
    assert drawing.certificate_of(OrganizationFactory()) != first
    settings.SECRET_KEY = "another"
    second = drawing.certificate_of(organization)
    assert second != first
    settings.SECRET_KEY_FALLBACKS = []
    time_machine.move_to("2037-02-01T15:00Z")
    assert drawing.certificate_of(organization) not in (first, second)
    assert SigningCertificate.objects.filter(organization=organization).count() == 3


def test_the_key_is_not_readable_in_the_database(organization):
    made = drawing.certificate_of(organization)
    stored = SigningCertificate.objects.values_list("sealed_key", flat=True).get(pk=made.pk)
    assert "PRIVATE" not in stored
    assert "PRIVATE" in made.key


def test_without_the_wish_nothing_is_signed(gift, finance, published):
    receipt = services.issue_receipt(gift, by=finance)
    services.draw_receipt(receipt.pk)
    receipt.refresh_from_db()
    assert not receipt.is_signed
    assert PdfFileReader(io.BytesIO(services.stored_pdf(receipt))).embedded_signatures == []
    assert not SigningCertificate.objects.exists()


def test_what_was_signed_cannot_be_said_otherwise_later(signed):
    with pytest.raises(DatabaseError), transaction.atomic():
        Receipt.objects.filter(pk=signed.pk).update(page_sha256="0" * 64)


def test_copies_and_files_to_print_bear_no_broken_signature(signed, tmp_path):
    from crm.receipts import pile

    sheet = pile.Sheet(("x",), "x", signed.pk)
    path = pile.write(
        [sheet], tmp_path, read=lambda pk: services.stored_pdf(signed), separators="", done=lambda count: True
    )
    made = reader(path.read_bytes())
    assert "/AcroForm" not in made.trailer["/Root"]
    kinds = {note.get_object()["/Subtype"] for page in made.pages for note in page.get("/Annots", ())}
    assert kinds == {"/Link"}  # one a line of the address
    assert words(path.read_bytes()) == words(services.stored_pdf(signed))


def test_the_page_of_the_receipt_says_that_its_file_is_signed(signed, browse, finance):
    assert "Signed electronically" in browse(finance).open("receipts:receipt_detail", pk=signed.pk).content.decode()
