"""The drawn receipt, as its reader sees it: every mandatory word, in one language, in any alphabet, on one sheet."""

from datetime import date
from decimal import Decimal

import pytest

from crm.core import typefaces
from crm.receipts.choices import Mark
from crm.receipts.labels import labels
from tests.receipts.reading import drawn, places, reader, words
from tests.receipts.specimens import KINDS, annual, snapshot

LANGUAGES = ("fr", "en")
EACH = [(language, kind) for language in LANGUAGES for kind in KINDS]

# What Regulation 3501(1) asks for, as it must be read on the page. Written out here, apart from the page's own labels.
COMMON = {
    "fr": [
        "Reçu officiel de don aux fins de l’impôt sur le revenu",
        "Reçu n° 2026-00812",
        "Nom de l’organisme de bienfaisance Fondation Rive-Claire",
        "Adresse de l’organisme de bienfaisance 310, rue du Fleuve, Trois-Rivières (Québec) G9A 2K4",
        "N° d’enregistrement d’organisme de bienfaisance 123456782 RR0001",
        (
            "Nom du donateur (prénom, initiale, nom) et adresse du donateur Hélène M. Bouchard "
            "1482, rue des Érables, app. 3 Trois-Rivières (Québec) G9A 5H7"
        ),
        "Date de réception du don 14 octobre 2026",
        "Date de délivrance du reçu 12 janvier 2027",
        "Lieu de délivrance du reçu Shawinigan (Québec)",
        "Signature autorisée Isabelle Marchand, directrice générale",
        "Agence du revenu du Canada : canada.ca/organismes-bienfaisance-dons",
        "merci.example/r/2026-00812?h=k7Qm2xT9aBv4Lr0WcYs8Nd",
    ],
    "en": [
        "Official donation receipt for income tax purposes",
        "Receipt No. 2026-00812",
        "Charity name Rive-Claire Foundation",
        "Charity address 310, rue du Fleuve, Trois-Rivières, Quebec G9A 2K4",
        "Charitable registration No. 123456782 RR0001",
        (
            "Donor name (first name, initial, last name) and donor address Sarah J. O’Connor "
            "27 Glebe Avenue, Apt. 5 Ottawa, Ontario K1S 2C3"
        ),
        "Date gift was received October 14, 2026",
        "Date receipt issued January 12, 2027",
        "Location receipt issued Shawinigan, Quebec",
        "Authorized signature Isabelle Marchand, Executive Director",
        "Canada Revenue Agency: canada.ca/charities-giving",
        "merci.example/r/2026-00812?h=k7Qm2xT9aBv4Lr0WcYs8Nd",
    ],
}
OF_KIND = {
    ("fr", "cash"): ["Montant du don 500,00 $ Montant admissible du don 500,00 $"],
    ("en", "cash"): ["Amount of gift $500.00 Eligible amount of gift $500.00"],
    ("fr", "cash_with_advantage"): [
        (
            "Montant du don 500,00 $ Description de l’avantage Souper-bénéfice du 14 octobre 2026, un couvert "
            "Montant (valeur) de l’avantage 120,00 $ Montant admissible du don 380,00 $"
        )
    ],
    ("en", "cash_with_advantage"): [
        (
            "Amount of gift $500.00 Description of advantage Benefit dinner of October 14, 2026, one seat "
            "Amount (value) of advantage $120.00 Eligible amount of gift $380.00"
        )
    ],
    ("fr", "in_kind"): [
        "Description du bien reçu Huile sur toile « Brume sur le fleuve », signée, encadrée",
        "Évalué par Galerie Montferrand, Sophie Montferrand, évaluatrice agréée",
        "Adresse de l’évaluateur 88, rue Saint-Paul Est, Québec (Québec) G1K 3V9",
        (
            "Juste valeur marchande du bien 4 500,00 $ Description de l’avantage Aucun "
            "Montant (valeur) de l’avantage 0,00 $ Montant admissible du don 4 500,00 $"
        ),
    ],
    ("en", "in_kind"): [
        "Description of property received Upright piano, walnut case, built 1968, restored 2019",
        "Appraised by Harbour Keys Appraisals, Thomas Whynot, accredited appraiser",
        "Address of appraiser 412 Lacewood Drive, Halifax, Nova Scotia B3S 0B1",
        (
            "Fair market value of property $4,500.00 Description of advantage None "
            "Amount (value) of advantage $0.00 Eligible amount of gift $4,500.00"
        ),
    ],
}


@pytest.mark.parametrize(("language", "kind"), EACH)
def test_every_mandatory_item_can_be_read_on_one_page(language, kind):
    data = drawn(snapshot(language, kind))
    text = words(data)
    assert [item for item in COMMON[language] + OF_KIND[language, kind] if item not in text] == []
    assert len(reader(data).pages) == 1


@pytest.mark.parametrize(("language", "kind"), EACH)
def test_no_word_of_the_other_language_is_on_it(language, kind):
    other = "en" if language == "fr" else "fr"
    text = words(drawn(snapshot(language, kind)))
    assert [item for item in COMMON[other] if item in text and "merci.example" not in item] == []


def test_a_plain_cash_receipt_says_nothing_of_an_advantage_or_a_property():
    text = words(drawn(snapshot("en")))
    assert [word for word in ("advantage", "property", "Appraised", "market") if word in text] == []


@pytest.mark.parametrize(
    ("language", "line"), [("fr", "Année de réception du don 2026"), ("en", "Year gift was received 2026")]
)
def test_an_annual_receipt_gives_the_year_in_place_of_the_date(language, line):
    text = words(drawn(annual(language)))
    assert line in text
    assert "Date de réception" not in text
    assert "Date gift was" not in text


def test_the_first_of_the_month_and_large_amounts_are_written_as_in_quebec():
    amount = Decimal("1234567.89")
    text = words(drawn(snapshot(gift_date=date(2026, 12, 1), amount=amount, eligible=amount)))
    assert "1er décembre 2026" in text
    assert "1 234 567,89 $" in text


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("fr", "Le présent reçu annule et remplace le reçu n° 2026-00031."),
        ("en", "This receipt cancels and replaces receipt No. 2026-00031."),
    ],
)
def test_a_replacement_names_the_receipt_it_replaces(language, line):
    assert line in words(drawn(snapshot(language, replaces="2026-00031")))


@pytest.mark.parametrize(
    ("language", "mark", "word"),
    [
        ("fr", Mark.COPY, "COPIE"),
        ("fr", Mark.CANCELLED, "ANNULÉ"),
        ("fr", Mark.SPECIMEN, "SPÉCIMEN"),
        ("en", Mark.COPY, "COPY"),
        ("en", Mark.CANCELLED, "CANCELLED"),
        ("en", Mark.SPECIMEN, "SPECIMEN"),
    ],
)
def test_a_mark_is_drawn_across_the_page_and_only_when_asked(language, mark, word):
    made = snapshot(language)
    assert word in words(drawn(made, mark))
    assert word not in words(drawn(made))


@pytest.mark.parametrize(
    "made",
    [
        snapshot("fr", "in_kind"),
        snapshot("en", donor_name="ᓀᐦᐃᔭᐤ Nêhiyaw"),
        snapshot("en", donor_name="محمد بن عبد الله"),
        snapshot("en", donor_name="משה בן-עמי"),
        snapshot("fr", donor_name="Nguyễn Thị Ánh Hồng, Przemysław Żółć, Ÿāē"),
        snapshot("fr", donor_name="Αλέξανδρος Шевченко"),
    ],
    ids=["french", "cree", "arabic", "hebrew", "latin", "greek and cyrillic"],
)
def test_only_our_own_fonts_are_used_and_all_are_embedded(made):
    resources = reader(drawn(made)).pages[0]["/Resources"]["/Font"].values()
    names, embedded = set(), set()
    for font in resources:
        names.add(font["/BaseFont"].split("+")[1])
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        embedded.add("/FontFile2" in descriptor)
    assert [name for name in names if not name.startswith(("Merci-Sans-", "Merci-Serif-", "Merci-World-"))] == []
    assert embedded == {True}
    assert typefaces.undrawable(made.texts()) == ""


@pytest.mark.parametrize("name", ["ᓀᐦᐃᔭᐤ", "Nguyễn Thị Ánh Hồng", "Przemysław Żółć", "Αλέξανδρος", "Олександр"])
def test_names_of_all_origins_can_be_copied_from_the_file(name):
    assert name in words(drawn(snapshot("en", donor_name=name)))


def test_characters_that_would_be_boxes_are_named_beforehand():
    made = snapshot("en", donor_name="王小明 Wang 王")
    assert typefaces.undrawable(made.texts()) == "王小明"


def test_a_long_name_and_a_six_line_address_stay_on_one_page():
    made = snapshot(
        "fr",
        "in_kind",
        charity_name="Fondation communautaire du Centre hospitalier régional de Trois-Rivières et de la Mauricie",
        donor_name="Marie-Élisabeth-Françoise T. de la Bruère-Champlain et Jean-Christophe O. Saint-Germain-des-Prés",
        donor_address=(
            "A/s Succession Bouchard, Me Tremblay",
            "Résidence Les Jardins du Haut-Saint-Laurent",
            "1482, rue des Érables Nord, bâtiment B, appartement 1203",
            "Case postale 12345, succursale Centre-ville",
            "Trois-Rivières (Québec) G9A 5H7",
            "Canada",
        ),
    )
    text = words(drawn(made)).replace(" ", "")  # a line may end after a hyphen
    lines = (made.charity_name, made.donor_name, *made.donor_address, made.cra_url)
    assert [line for line in lines if line.replace(" ", "") not in text] == []
    assert len(reader(drawn(made)).pages) == 1


def test_a_word_without_end_does_not_leave_the_page():
    data = drawn(snapshot("en", donor_name="X" * 150, donor_address=("Y" * 150,)))
    assert words(data).replace(" ", "").count("X" * 150 + "Y" * 150) == 1
    rights = []

    def note(text, _cm, tm, _font, _size) -> None:
        if text.strip().startswith(("XX", "YY")):
            rights.append((tm[4], len(text.strip())))

    reader(data).pages[0].extract_text(visitor_text=note)
    assert len(rights) >= 8  # broken into lines of the column
    assert max(length for _left, length in rights) < 70


def test_a_very_long_description_goes_on_to_a_second_page_that_names_the_receipt():
    made = snapshot("en", "in_kind", property_description="Numbered print, framed behind glass. " * 40)
    pages = reader(drawn(made)).pages
    assert len(pages) == 2
    heads = [" ".join(page.extract_text().split()) for page in pages]
    assert ["2026-00812 – 1/2" in heads[0], "2026-00812 – 2/2" in heads[1]] == [False, True]
    assert words(drawn(made)).count("Canada Revenue Agency:") == 1
    assert "Eligible amount of gift $4,500.00" in words(drawn(made))


# Of a No. 10 envelope with its window on the left, once the sheet is folded in three: inches from the corner of the sheet.
WINDOW = {"left": 0.95, "right": 5.3, "top": 2.55, "bottom": 3.62}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "made",
    [
        lambda language: snapshot(language, "cash"),
        lambda language: snapshot(language, "in_kind", replaces="2026-00007"),
        annual,
        lambda language: snapshot(
            language,
            "cash_with_advantage",
            charity_name="Fondation pour le mieux-être des aînés et des familles de la grande région de la Mauricie",
            donor_address=(
                "Résidence Les Jardins du Fleuve, app. 1204",
                "1482, rue des Érables",
                "Lévis (Québec) G9A 5H7",
            ),
        ),
    ],
    ids=["cash", "replacing, in kind", "annual", "long"],
)
def test_the_address_of_the_donor_and_nothing_else_shows_in_the_window_of_an_envelope(language, made):
    receipt = made(language)
    lines = [receipt.donor_name, *receipt.donor_address]
    seen = [
        text
        for text, x, y in places(drawn(receipt))
        if WINDOW["left"] <= x <= WINDOW["right"] and WINDOW["top"] <= y <= WINDOW["bottom"]
    ]
    shown = " ".join(" ".join(seen).split()).removeprefix(labels("1", language)["donor"]).strip()  # it may peep out
    assert shown == " ".join(" ".join(lines).replace("\u00a0", " ").split())
