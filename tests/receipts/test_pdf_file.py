"""The drawn receipt, as a file: always the same bytes, opens nothing, harmless pictures, tagged archive."""

import base64
import io
import os
import re
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace

import pytest
from django.conf import settings
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from crm.core import press, typefaces
from crm.receipts import checks, images, pages, pdf
from crm.receipts.choices import Mark
from crm.receipts.images import UnsafeImage
from crm.receipts.labels import labels
from tests.receipts.reading import drawn, reader, structure, words
from tests.receipts.specimens import logo, signature, snapshot


def test_drawing_twice_gives_identical_bytes_whatever_was_drawn_between():
    made = snapshot("fr", "in_kind")
    first = pdf.render(made)
    pdf.render(snapshot("en", donor_name="Олександр Шевченко"), mark=Mark.COPY)
    assert pdf.render(made) == first


def test_threads_draw_the_same_bytes():
    made = [snapshot("en", number=f"2026-{n:05d}") for n in range(1, 5)]
    alone = [pdf.render(each) for each in made]
    together: dict[int, bytes] = {}

    def draw(n: int) -> None:
        together[n] = pdf.render(made[n])

    threads = [threading.Thread(target=draw, args=(n,)) for n in range(len(made))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [together[n] for n in range(len(made))] == alone


def test_two_threads_never_lay_out_a_page_at_the_same_time(monkeypatch):
    lay_out, inside, most = press.Press._lay_out, [], []

    def watched(press, html):
        inside.append(html)
        most.append(len(inside))
        time.sleep(0.02)
        try:
            return lay_out(press, html)
        finally:
            inside.pop()

    pdf.render(snapshot())
    monkeypatch.setattr(press.Press, "_lay_out", watched)
    threads = [threading.Thread(target=pdf.render, args=(snapshot(),)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1, 1, 1]


def test_another_process_loads_weasyprint_only_to_draw_draws_the_same_and_ends_well():
    script = (
        "import sys, hashlib, django; django.setup();"
        "from crm.receipts import pdf; from tests.receipts import specimens;"
        "assert 'weasyprint' not in sys.modules;"
        "print(hashlib.sha256(pdf.render(specimens.snapshot('en', 'in_kind'))).hexdigest())"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE}
    runs = [
        subprocess.run(
            [sys.executable, "-c", script],
            capture_output=True,
            text=True,
            check=False,
            env=environment,
            cwd=settings.BASE_DIR,
        )
        for _ in range(2)
    ]
    assert [(run.stderr, run.returncode) for run in runs] == [("", 0)] * 2
    assert runs[0].stdout == runs[1].stdout
    assert len(runs[0].stdout.strip()) == 64


def test_nothing_is_left_in_the_temporary_folder_even_by_a_killed_process(tmp_path):
    script = (
        "import os, signal, django; django.setup(); from crm.receipts import pdf; from tests.receipts import specimens;"
        "pdf.render(specimens.snapshot()); os.kill(os.getpid(), signal.SIGKILL)"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE, "TMPDIR": str(tmp_path)}
    run = subprocess.run([sys.executable, "-c", script], check=False, env=environment, cwd=settings.BASE_DIR)
    assert run.returncode == -signal.SIGKILL
    assert [left.name for left in tmp_path.iterdir() if "weasyprint" in left.name] == []


def test_a_small_program_that_drew_a_receipt_ends_without_a_crash():
    """With little else loaded, Python unloads Pango before it frees the fonts, unless they were given back in time."""
    script = (
        "import django; from django.conf import settings;"
        "engine = 'django.template.backends.django.DjangoTemplates';"
        "settings.configure(TEMPLATES=[{'BACKEND': engine, 'DIRS': ['templates']}]); django.setup();"
        "from crm.receipts import pdf; from tests.receipts import specimens;"
        "print(len(pdf.render(specimens.snapshot())) > 10_000)"
    )
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, cwd=settings.BASE_DIR
    )
    assert (run.stdout, run.stderr, run.returncode) == ("True\n", "", 0)


def test_a_forked_child_draws_the_same_bytes():
    expected = pdf.render(snapshot("en"))
    readable, writable = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(writable, b"same" if pdf.render(snapshot("en")) == expected else b"other")
        finally:
            os._exit(0)
    os.close(writable)
    os.waitpid(child, 0)
    with os.fdopen(readable) as pipe:
        assert pipe.read() == "same"


def test_a_font_file_that_is_missing_is_said(monkeypatch):
    lost = typefaces.Face("Merci Sans latin", "not-there-400-normal", 400, "normal")
    monkeypatch.setattr(typefaces, "FACES", (lost,))
    with pytest.raises(RuntimeError, match=r"not-there-400-normal\.ttf is missing"):
        press.Press("1")


# --- hostile texts and pictures


def test_markup_in_a_name_is_printed_as_text():
    name = '<b>Bobby</b> <img src="file:///etc/passwd"> & {{ s.number }} {% now "Y" %} &lt;'
    script, style = "</p><script>alert(1)</script>", "<style>*{color:red}</style>"
    made = snapshot("en", donor_name=name, thanks=script, place_of_issue=style)
    text = words(drawn(made))
    assert [line for line in (name, script, style) if line not in text] == []
    assert len(drawn(made)) < len(drawn(snapshot("en"))) + 8000


def _gif_that_says_png() -> str:
    out = io.BytesIO()
    Image.new("P", (4, 4)).save(out, "GIF")
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()


@pytest.mark.parametrize(
    "value",
    [
        _gif_that_says_png(),
        "file:///etc/passwd",
        "http://127.0.0.1:1/logo.png",
        "https://example.test/logo.png",
        "/etc/passwd",
        "data:text/html;base64,PGI+",
        "data:image/svg+xml;base64," + base64.b64encode(b"<svg xmlns='http://www.w3.org/2000/svg'/>").decode(),
        "data:image/png;base64," + base64.b64encode(b"<svg xmlns='http://www.w3.org/2000/svg'/>").decode(),
        "data:image/png;base64,AAAA",
        "data:image/png;base64,!!!!",
        'data:image/png;base64,AAAA" onerror="x',
    ],
)
@pytest.mark.parametrize("field", ["logo", "signature"])
def test_a_picture_that_is_not_a_plain_picture_stops_the_drawing(field, value):
    with pytest.raises(UnsafeImage):
        pdf.render(snapshot(**{field: value}))


def test_the_page_can_open_no_file_and_no_address_even_if_a_check_failed(tmp_path, monkeypatch):
    secret = tmp_path / "secret.png"
    Image.new("RGB", (4, 4)).save(secret)
    for address in (secret.as_uri(), "http://127.0.0.1:1/x.png", "data:image/svg+xml;base64,PHN2Zy8+"):
        monkeypatch.setattr(images, "checked", lambda _value, address=address: images.Picture(address, 4, 4))
        with pytest.raises(press.RefusedResource, match="may not open"):
            pdf.render(snapshot())
    monkeypatch.undo()
    assert pdf.render(snapshot()) == drawn(snapshot())  # the refusal left nothing behind


@pytest.mark.parametrize("address", ["javascript:alert(1)", "file:///etc/x", "merci.example/r/1", "https:///x", ""])
def test_only_a_web_address_becomes_a_link(address):
    data = drawn(snapshot("en", verification_url=address))
    assert "/Annots" not in reader(data).pages[0]
    assert ("Check this receipt" in words(data)) == bool(address)


def test_the_verification_address_is_a_described_link():
    made = snapshot("en")
    (annotation,) = (note.get_object() for note in reader(drawn(made)).pages[0]["/Annots"])
    assert annotation["/A"]["/URI"] == made.verification_url
    assert annotation["/Contents"] == made.verification_url


# --- pictures


def test_a_snapshot_may_hold_the_hash_of_its_pictures_and_draws_the_same():
    store = {images.reference_of(picture): picture for picture in (logo(), signature())}
    made = snapshot(logo=images.reference_of(logo()), signature=images.reference_of(signature()))
    assert pdf.render(made, pictures=store) == drawn(snapshot())
    with pytest.raises(pages.MissingPicture):
        pdf.render(made)
    with pytest.raises(UnsafeImage, match="not the one"):
        pdf.render(made, pictures={**store, made.logo: signature()})


def test_an_uploaded_picture_becomes_a_small_png_on_white_without_its_metadata():
    upload = Image.new("RGBA", (3000, 500), (0, 0, 0, 0))
    out = io.BytesIO()
    upload.save(out, "PNG", pnginfo=_secret())
    uri = images.image_data_uri(out.getvalue(), images.SIGNATURE_BOX)
    made = Image.open(io.BytesIO(base64.b64decode(uri.split(",")[1])))
    assert (made.format, made.mode, made.size, made.info) == ("PNG", "RGB", (640, 107), {})
    assert made.getpixel((5, 5)) == (255, 255, 255)
    assert images.checked(uri).is_wide


def _secret() -> PngInfo:
    info = PngInfo()
    info.add_text("Author", "somebody")
    return info


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"<svg/>", b"\x89PNG\r\n\x1a\n" + b"\0" * 40, b"x" * 2_000_001])
def test_another_file_is_refused_at_upload_with_a_sentence(data):
    with pytest.raises(UnsafeImage) as caught:
        images.image_data_uri(data, images.LOGO_BOX)
    assert str(caught.value).endswith(".")


def test_without_logo_or_image_of_the_signature_there_is_room_for_ink():
    data = drawn(snapshot("fr", logo="", signature=signature(), signed_by_hand=True))
    assert [element for element in structure(data) if element.get("/S") == "/Figure"] == []
    assert "Signature autorisée Isabelle Marchand" in words(data)


# --- structure: archive and accessibility


@pytest.mark.parametrize(("language", "tag"), [("fr", "fr-CA"), ("en", "en-CA")])
def test_the_file_is_a_tagged_archive_in_the_language_of_the_donor(language, tag):
    data = drawn(snapshot(language, "in_kind"))
    root = reader(data).trailer["/Root"]
    assert root["/Lang"] == tag
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert [intent["/S"] for intent in root["/OutputIntents"]] == ["/GTS_PDFA1"]
    assert "/ID" in reader(data).trailer
    xmp = root["/Metadata"].get_object()
    assert "/Filter" not in xmp
    text = xmp.get_data().decode()
    assert re.findall(r"<pdfaid:part>(\d)|pdfaid:part=\"(\d)\"", text) == [("", "3")]
    assert 'pdfaid:conformance="A"' in text
    assert 'pdfuaid:part="1"' in text
    assert text.count("<rdf:RDF") == 1
    page = reader(data).pages[0]
    assert (page["/Tabs"], [float(side) for side in page.mediabox]) == ("/S", [0, 0, 612, 792])


def test_the_title_and_date_of_the_file_are_those_of_the_receipt():
    info = reader(drawn(snapshot("fr"))).metadata
    assert info.title == "Reçu officiel de don aux fins de l’impôt sur le revenu – Reçu n° 2026-00812"
    assert (info.author, info.get("/CreationDate")) == ("Fondation Rive-Claire", "D:20270112")


def test_headings_rows_and_pictures_are_tagged():
    data = drawn(snapshot("fr", "in_kind"))
    elements = structure(data)
    tags = [element["/S"] for element in elements if "/S" in element]
    assert (tags.count("/H1"), tags.count("/Table"), tags.count("/TR"), tags.count("/TH")) == (1, 1, 7, 7)
    headings = [element for element in elements if element.get("/S") == "/TH"]
    assert {element["/A"]["/Scope"] for element in headings} == {"/Row"}
    cells = [element for element in elements if element.get("/S") == "/TD"]
    assert [list(cell["/A"]["/Headers"]) for cell in cells] == [[heading["/ID"]] for heading in headings]
    figures = [element for element in elements if element.get("/S") == "/Figure"]
    assert [figure["/Alt"] for figure in figures] == ["Logo de l’organisme", "Signature autorisée"]
    for figure in figures:
        left, bottom, right, top = map(float, figure["/A"]["/BBox"])
        assert 0 < left < right < 612
        assert 0 < bottom < top < 792


def test_the_ornament_is_skipped_by_a_reading_voice():
    content = reader(drawn(snapshot())).pages[0].get_contents().get_data()
    assert content.startswith(b"/Artifact BMC q 1 0 0 1 54.00 ")


# --- the system check


def test_the_machine_that_runs_the_tests_has_what_receipts_need():
    assert checks.check_pdf_libraries() == []


def test_a_missing_subset_library_is_a_warning_that_says_what_to_install(monkeypatch):
    monkeypatch.setattr(checks, "WANTED", {"harfbuzz-subset": ("libdoes-not-exist.so.9",)})
    monkeypatch.setattr(checks.sys, "platform", "linux")
    (problem,) = checks.check_pdf_libraries()
    assert problem.id == "receipts.W001"
    assert "apt-get install --no-install-recommends" in problem.hint
    assert "libharfbuzz-subset0" in problem.hint


def test_a_missing_drawing_library_is_an_error_that_names_it(monkeypatch):
    monkeypatch.setattr(checks, "NEEDED", {"pango": ("libdoes-not-exist.so.9",)})
    monkeypatch.setattr(checks.sys, "platform", "linux")
    (problem,) = checks.check_pdf_libraries()
    assert (problem.id, "pango" in problem.msg) == ("receipts.E001", True)


@pytest.mark.parametrize("paper", ["letter", "a4"])
def test_the_address_of_verification_is_drawn_as_a_code_where_it_is_wanted(paper):
    made = replace(snapshot("fr", "in_kind", replaces="2026-00007"), qr=True, paper=paper)
    plain = replace(made, qr=False)
    assert len(reader(drawn(made)).pages) == 1
    (code,) = (
        found.image
        for found in reader(drawn(made)).pages[0].images
        if found.image.size not in {one.image.size for one in reader(drawn(plain)).pages[0].images}
    )
    wanted = Image.open(io.BytesIO(base64.b64decode(images.qr_data_uri(made.verification_url).partition(",")[2])))
    assert code.convert("L").tobytes() == wanted.convert("L").tobytes()
    figures = [element for element in structure(drawn(made)) if element.get("/S") == "/Figure"]
    assert labels("1", "fr")["qr"] in {figure.get("/Alt") for figure in figures}


def test_an_address_that_is_no_web_address_is_not_drawn_as_a_code():
    made = replace(snapshot("fr"), qr=True, verification_url="javascript:alert(1)")
    assert pdf.page_html(made).count("data:image/png") == pdf.page_html(replace(made, qr=False)).count("data:image/png")
