"""What an organization says about itself, and whether it may issue receipts."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from crm.accounts import rules
from crm.accounts.models import AuditEntry
from crm.giving.models import Gift
from crm.receipts.choices import Ineligibility
from crm.receipts.queries import draft

PNG = b"\x89PNG\r\n\x1a\n"


def picture(name="logo.png", kind="PNG", size=(40, 20)) -> SimpleUploadedFile:
    buffer = io.BytesIO()
    Image.new("RGB", size, "white").save(buffer, kind)
    return SimpleUploadedFile(name, buffer.getvalue())


def content(response) -> bytes:
    return b"".join(response.streaming_content)


@pytest.fixture
def data(organization) -> dict:
    """What the form would send back unchanged."""
    names = (
        "name_fr name_en email phone website legal_name_fr legal_name_en address_fr address_en registration_number "
        "receipt_place_fr receipt_place_en signatory_name signatory_title_fr signatory_title_en receipt_thanks_fr "
        "receipt_thanks_en receipt_preference receipt_copy_to default_language currency fiscal_year_start timezone "
        "receipt_law paper"
    )
    return {name: getattr(organization, name) for name in names.split()} | {
        "at_risk_after": "",
        "thank_task_from": "500.00",
        "plans_follow_ups": "on",
    }


@pytest.fixture
def save(browse, admin, data):
    client = browse(admin)
    return lambda **changes: client.send("accounts:organization_update", {**data, **changes})


def test_a_change_is_saved_and_audited(save, organization, admin):
    response = save(name_en="River Foundation", fundraisers_record_gifts="on")
    organization.refresh_from_db()
    entry = AuditEntry.objects.get(model="accounts.organization", action="update")
    assert response.status_code == 302
    assert (organization.name_en, organization.fundraisers_record_gifts) == ("River Foundation", True)
    assert entry.actor == admin
    assert entry.changes == {
        "name_en": ["Rive-Claire Foundation", "River Foundation"],
        "fundraisers_record_gifts": [False, True],
    }


@pytest.mark.parametrize("typed", ["119219814 rr0001", "119219814RR0001", "11921 9814 RR 0001", "119219814-RR0001"])
def test_the_registration_number_is_kept_in_one_spelling(save, organization, typed):
    assert save(registration_number=typed).status_code == 302
    organization.refresh_from_db()
    assert organization.registration_number == "119219814RR0001"


@pytest.mark.parametrize("typed", ["119219815RR0001", "119219814", "119219814RT0001", "RR0001"])
def test_a_wrong_registration_number_is_refused_beside_its_field(save, typed):
    response = save(registration_number=typed)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["registration_number"]
    assert response.context["form"]["registration_number"].value() == typed


def test_a_name_in_one_language_is_enough_and_none_is_refused(save):
    assert save(name_en="").status_code == 302
    assert list(save(name_fr="", name_en="").context["form"].errors) == ["name_fr"]


@pytest.mark.parametrize(
    ("field", "value"),
    [("timezone", "Mars/Olympus"), ("fiscal_year_start", "13"), ("currency", "XXX"), ("email", "no")],
)
def test_nonsense_is_refused(save, field, value):
    response = save(**{field: value})
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]


def test_pictures_are_stored_and_shown_only_to_those_who_see_the_settings(save, browse, admin, member, organization):
    save(logo=picture(), signature=picture("sign.jpg", "JPEG"))
    logo = browse(admin).open("accounts:organization_logo")
    signature = browse(admin).open("accounts:organization_signature")
    assert content(logo).startswith(PNG)
    assert content(signature).startswith(b"\xff\xd8\xff")
    assert (logo["Content-Type"], signature["Content-Type"]) == ("image/png", "image/jpeg")
    assert (logo["X-Content-Type-Options"], logo["Cache-Control"]) == ("nosniff", "private, no-store")
    assert browse(member).open("accounts:organization_logo").status_code == 403


def test_a_picture_of_another_organization_is_not_found(save, browse, outsider, organization):
    save(logo=picture())
    client = browse(outsider)
    own, others = client.url("accounts:organization_logo"), f"/en/o/{organization.slug}/settings/organization/logo/"
    assert client.get(own).status_code == 204
    assert client.get(others).status_code == 404


def test_there_is_no_other_address_for_stored_files(save, browse, admin, organization):
    save(logo=picture())
    organization.refresh_from_db()
    for path in (f"/media/{organization.logo.name}", f"/{organization.logo.name}"):
        assert browse(admin).get(path).status_code == 404


@pytest.mark.parametrize(
    "file",
    [
        SimpleUploadedFile("x.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        SimpleUploadedFile("x.png", b"<html><script>alert(1)</script></html>"),
        SimpleUploadedFile("x.png", PNG + b"not really a picture"),
        SimpleUploadedFile("x.png", PNG + b"0" * (1024 * 1024)),
        picture("x.png", "GIF"),
    ],
    ids=["svg", "html", "broken", "large", "gif"],
)
def test_what_is_no_picture_is_refused_and_nothing_is_stored(save, organization, file):
    file.seek(0)
    response = save(logo=file)
    organization.refresh_from_db()
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["logo"]
    assert organization.logo.name == ""


def test_a_picture_that_unfolds_is_refused(save):
    response = save(logo=picture(size=(5000, 4000)))
    assert response.context["form"].errors["logo"] == ["The image has too many pixels."]


def test_replacing_and_removing_a_picture_leaves_no_file_behind(save, organization, django_capture_on_commit_callbacks):
    storage = organization.logo.storage
    save(logo=picture())
    organization.refresh_from_db()
    first = organization.logo.name
    with django_capture_on_commit_callbacks(execute=True):
        save(logo=picture())
    organization.refresh_from_db()
    second = organization.logo.name
    assert (storage.exists(first), storage.exists(second)) == (False, True)
    with django_capture_on_commit_callbacks(execute=True):
        save(**{"logo-clear": "on"})
    organization.refresh_from_db()
    assert (organization.logo.name, storage.exists(second)) == ("", False)


def test_saving_other_fields_keeps_the_picture(save, organization):
    save(logo=picture())
    organization.refresh_from_db()
    name = organization.logo.name
    save(name_en="River")
    organization.refresh_from_db()
    assert organization.logo.name == name
    assert organization.logo.storage.exists(name)


def test_a_picture_that_left_the_disk_does_not_block_the_form(save, organization):
    save(logo=picture())
    organization.refresh_from_db()
    organization.logo.storage.delete(organization.logo.name)
    assert save(name_en="River").status_code == 302


def states(organization) -> dict:
    return {requirement.field: requirement.state for requirement in rules.receipt_requirements(organization)}


def test_a_complete_organization_is_ready(organization):
    organization.signature = "organizations/s.png"
    assert set(states(organization).values()) == {"done"}
    assert rules.is_ready_for_receipts(organization)


def test_without_a_signature_image_receipts_are_signed_by_hand(organization):
    assert states(organization)["signature"] == "partly"
    assert rules.is_ready_for_receipts(organization)


@pytest.mark.parametrize("name", ["address", "receipt_place"])
def test_a_text_in_one_language_is_said_but_does_not_block(organization, name):
    setattr(organization, f"{name}_en", "")
    assert states(organization)[f"{name}_en"] == "partly"
    assert rules.is_ready_for_receipts(organization)


@pytest.mark.parametrize("name", ["address", "receipt_place"])
def test_a_text_in_no_language_blocks(organization, name):
    setattr(organization, f"{name}_fr", "")
    setattr(organization, f"{name}_en", "")
    assert states(organization)[f"{name}_fr"] == "missing"
    assert not rules.is_ready_for_receipts(organization)


@pytest.mark.parametrize("name", ["registration_number", "signatory_name"])
def test_what_has_no_language_blocks_when_empty(organization, name):
    setattr(organization, name, "")
    assert not rules.is_ready_for_receipts(organization)


@pytest.mark.parametrize(
    "fields",
    [
        (),
        ("address_fr", "address_en"),
        ("receipt_place_fr", "receipt_place_en"),
        ("registration_number",),
        ("signatory_name",),
        ("legal_name_fr", "legal_name_en"),
        ("receipt_place_en",),
    ],
)
def test_the_checklist_agrees_with_what_issuing_refuses(organization, gift, fields):
    for field in fields:
        setattr(organization, field, "")
    organization.save()
    reasons = set(draft(Gift.objects.get(), issued_on=gift.received_on).reasons)
    refused = bool(reasons & {Ineligibility.ORGANIZATION_INCOMPLETE, Ineligibility.NO_PLACE_OF_ISSUE})
    assert refused is not rules.is_ready_for_receipts(organization)


def test_the_index_says_what_receipts_still_lack(browse, admin, organization):
    assert browse(admin).open("accounts:settings").context["missing"] == []
    organization.signatory_name = ""
    organization.save()
    (missing,) = browse(admin).open("accounts:settings").context["missing"]
    assert missing.field == "signatory_name"


def test_a_script_in_the_name_of_the_organization_is_shown_as_text(save, browse, admin):
    save(name_en="<script>alert(1)</script>")
    html = browse(admin).open("accounts:home").content.decode()
    assert "&lt;script&gt;alert(1)" in html
    assert "<script>alert(1)" not in html
