"""What Merci writes at the head of a letter and on an envelope, case by case, in both languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.contacts.greetings import Member, generate, greeted, household_name
from crm.core.text import clean

N = "\u00a0"


def one(text: str, **more) -> Member:
    """``Mme | Marie | Bouchard``."""
    honorific, first, last = (part.strip() for part in text.split("|"))
    return Member(first, last, honorific, **more)


MARIE, PAUL = one("Mme|Marie|Bouchard"), one("M.|Paul|Vézina")
JULIE, ANNE = one("Mme|Julie|Roy"), one("Mme|Anne|Côté")
LUC, ERIC = one("M.|Luc|Roy"), one("M.|Éric|Côté")
DEAD = {"is_deceased": True}

# Members, then (formal, informal, envelope) in French, then in English.
CASES = {
    "two surnames": (
        [MARIE, PAUL],
        ("Madame Bouchard et Monsieur Vézina", "Chère Marie, cher Paul", f"Mme{N}Marie Bouchard et M.{N}Paul Vézina"),
        ("Dear Ms. Bouchard and Mr. Vézina", "Dear Marie and Paul", "Ms. Marie Bouchard and Mr. Paul Vézina"),
    ),
    "one surname, he first": (
        [one("M.|Paul|Bouchard"), MARIE],
        ("Monsieur et Madame Bouchard", "Cher Paul, chère Marie", f"M.{N}Paul et Mme{N}Marie Bouchard"),
        ("Dear Mr. and Mrs. Bouchard", "Dear Paul and Marie", "Mr. Paul and Mrs. Marie Bouchard"),
    ),
    "one surname, she first": (
        [MARIE, one("M.|Paul|Bouchard")],
        ("Madame et Monsieur Bouchard", "Chère Marie, cher Paul", f"Mme{N}Marie et M.{N}Paul Bouchard"),
        ("Dear Mrs. and Mr. Bouchard", "Dear Marie and Paul", "Mrs. Marie and Mr. Paul Bouchard"),
    ),
    "one surname, typed with and without its accent": (
        [one("M.|Éric|Côté"), one("Mme|Anne|COTE")],
        ("Monsieur et Madame Côté", "Cher Éric, chère Anne", f"M.{N}Éric et Mme{N}Anne COTE"),
        ("Dear Mr. and Mrs. Côté", "Dear Éric and Anne", "Mr. Éric and Mrs. Anne COTE"),
    ),
    "she is Ms. by her own choice": (
        [one("Mr.|Tom|Reid"), one("Ms.|Ada|Reid")],
        ("Monsieur et Madame Reid", "Cher Tom, chère Ada", f"M.{N}Tom et Mme{N}Ada Reid"),
        ("Dear Mr. and Ms. Reid", "Dear Tom and Ada", "Mr. Tom and Ms. Ada Reid"),
    ),
    "two women, two surnames": (
        [JULIE, ANNE],
        ("Mesdames Roy et Côté", "Chères Julie et Anne", f"Mmes{N}Julie Roy et Anne Côté"),
        ("Dear Ms. Roy and Ms. Côté", "Dear Julie and Anne", "Ms. Julie Roy and Ms. Anne Côté"),
    ),
    "two women, one surname": (
        [JULIE, one("Mme|Anne|Roy")],
        ("Mesdames Roy", "Chères Julie et Anne", f"Mmes{N}Julie et Anne Roy"),
        ("Dear Ms. and Ms. Roy", "Dear Julie and Anne", "Ms. Julie and Ms. Anne Roy"),
    ),
    "two men, two surnames": (
        [LUC, ERIC],
        ("Messieurs Roy et Côté", "Chers Luc et Éric", f"MM.{N}Luc Roy et Éric Côté"),
        ("Dear Mr. Roy and Mr. Côté", "Dear Luc and Éric", "Mr. Luc Roy and Mr. Éric Côté"),
    ),
    "two men, one surname": (
        [LUC, one("M.|Éric|Roy")],
        ("Messieurs Roy", "Chers Luc et Éric", f"MM.{N}Luc et Éric Roy"),
        ("Dear Mr. and Mr. Roy", "Dear Luc and Éric", "Mr. Luc and Mr. Éric Roy"),
    ),
    "her doctorate and him": (
        [one("Dre|Anne|Roy"), ERIC],
        ("Docteure Roy et Monsieur Côté", "Chère Anne, cher Éric", f"Dre{N}Anne Roy et M.{N}Éric Côté"),
        ("Dear Dr. Roy and Mr. Côté", "Dear Anne and Éric", "Dr. Anne Roy and Mr. Éric Côté"),
    ),
    "a doctor and his wife": (
        [one("Dr|Luc|Roy"), JULIE],
        ("Docteur et Madame Roy", "Cher Luc, chère Julie", f"Dr{N}Luc et Mme{N}Julie Roy"),
        ("Dear Dr. and Mrs. Roy", "Dear Luc and Julie", "Dr. Luc and Mrs. Julie Roy"),
    ),
    "two doctors of one name": (
        [one("Dre|Anne|Roy"), one("Dr|Luc|Roy")],
        ("Docteure et Docteur Roy", "Chère Anne, cher Luc", f"Dre{N}Anne et Dr{N}Luc Roy"),
        ("Dear Dr. and Dr. Roy", "Dear Anne and Luc", "Dr. Anne and Dr. Luc Roy"),
    ),
    "an English doctor may be anybody": (
        [one("Dr.|Robin|Reid", language="en"), PAUL],
        (f"Dr{N}Reid et Monsieur Vézina", "Bonjour Robin et Paul", f"Dr{N}Robin Reid et M.{N}Paul Vézina"),
        ("Dear Dr. Reid and Mr. Vézina", "Dear Robin and Paul", "Dr. Robin Reid and Mr. Paul Vézina"),
    ),
    "a lawyer": (
        [one("Me|Anne|Roy")],
        ("Maître Roy", "Bonjour Anne", f"Me{N}Anne Roy"),
        ("Dear Maître Roy", "Dear Anne", "Me Anne Roy"),
    ),
    "honourable, first": (
        [one("Hon.|Anne|Roy"), ERIC],
        ("Honorable Anne Roy et Monsieur Côté", "Bonjour Anne et Éric", f"L’honorable{N}Anne Roy et M.{N}Éric Côté"),
        ("Dear Hon. Anne Roy and Mr. Côté", "Dear Anne and Éric", "The Hon. Anne Roy and Mr. Éric Côté"),
    ),
    "honourable, second": (
        [ERIC, one("L’honorable|Anne|Roy")],
        ("Monsieur Côté et Honorable Anne Roy", "Bonjour Éric et Anne", f"M.{N}Éric Côté et l’honorable{N}Anne Roy"),
        ("Dear Mr. Côté and Hon. Anne Roy", "Dear Éric and Anne", "Mr. Éric Côté and the Hon. Anne Roy"),
    ),
    "a minister of the church": (
        [one("Révérende|Ruth|Reid")],
        ("Révérende Reid", "Chère Ruth", f"Rév.{N}Ruth Reid"),
        ("Dear Reverend Reid", "Dear Ruth", "Rev. Ruth Reid"),
    ),
    "rév. says no gender": (
        [one("rév.|Ruth|Reid", language="en")],
        (f"Rév.{N}Reid", "Bonjour Ruth", f"Rév.{N}Ruth Reid"),
        ("Dear Reverend Reid", "Dear Ruth", "Rev. Ruth Reid"),
    ),
    "a professor with letters after the name": (
        [one("Prof.|Wei|Chen", suffix="Ph. D.")],
        (f"Prof.{N}Chen", "Bonjour Wei", f"Prof.{N}Wei Chen, Ph. D."),
        ("Dear Professor Chen", "Dear Wei", "Prof. Wei Chen, Ph. D."),
    ),
    "a son of the same name": (
        [one("M.|Paul|Roy", suffix="fils")],
        ("Monsieur Roy", "Cher Paul", f"M.{N}Paul Roy fils"),
        ("Dear Mr. Roy", "Dear Paul", "Mr. Paul Roy fils"),
    ),
    "a nun": (
        [one("Sœur|Cécile|Lebœuf")],
        ("Sœur Cécile Lebœuf", "Chère sœur Cécile", f"Sœur{N}Cécile Lebœuf"),
        ("Dear Sister Cécile Lebœuf", "Dear Sister Cécile", "Sister Cécile Lebœuf"),
    ),
    "a title we do not know": (
        [one("Capt.|Ada|Reid")],
        ("Capt. Reid", "Bonjour Ada", f"Capt.{N}Ada Reid"),
        ("Dear Capt. Reid", "Dear Ada", "Capt. Ada Reid"),
    ),
    "a title that is no word": (
        [one("-|Ada|Reid")],
        ("Bonjour Ada Reid", "Bonjour Ada", "Ada Reid"),
        ("Dear Ada Reid", "Dear Ada", "Ada Reid"),
    ),
    "Mx is neutral": (
        [one("Mx|Alex|Roy")],
        ("Bonjour Alex Roy", "Bonjour Alex", "Alex Roy"),
        ("Dear Mx. Roy", "Dear Alex", "Mx. Alex Roy"),
    ),
    "no title is neutral": (
        [one("|Alex|Roy"), one("|Sam|Côté")],
        ("Bonjour Alex Roy et Sam Côté", "Bonjour Alex et Sam", "Alex Roy et Sam Côté"),
        ("Dear Alex Roy and Sam Côté", "Dear Alex and Sam", "Alex Roy and Sam Côté"),
    ),
    "nobody is Madame beside somebody without a title": (
        [one("|Alex|Roy"), JULIE],
        ("Bonjour Alex Roy et Julie Roy", "Bonjour Alex et Julie", "Alex et Julie Roy"),
        ("Dear Alex Roy and Julie Roy", "Dear Alex and Julie", "Alex and Julie Roy"),
    ),
    "but a rank is kept there": (
        [one("|Alex|Roy"), one("Dre|Anne|Côté")],
        ("Bonjour Alex Roy et Docteure Anne Côté", "Bonjour Alex et Anne", f"Alex Roy et Dre{N}Anne Côté"),
        ("Dear Alex Roy and Dr. Anne Côté", "Dear Alex and Anne", "Alex Roy and Dr. Anne Côté"),
    ),
    "one woman": (
        [MARIE],
        ("Madame Bouchard", "Chère Marie", f"Mme{N}Marie Bouchard"),
        ("Dear Ms. Bouchard", "Dear Marie", "Ms. Marie Bouchard"),
    ),
    "one man": (
        [PAUL],
        ("Monsieur Vézina", "Cher Paul", f"M.{N}Paul Vézina"),
        ("Dear Mr. Vézina", "Dear Paul", "Mr. Paul Vézina"),
    ),
    "Mademoiselle who wants to be": (
        [one("Mlle|Rose|Dubé")],
        ("Mademoiselle Dubé", "Chère Rose", f"Mlle{N}Rose Dubé"),
        ("Dear Miss Dubé", "Dear Rose", "Miss Rose Dubé"),
    ),
    "three adults, three names": (
        [LUC, ANNE, one("M.|Guy|Dubé")],
        ("Monsieur Roy, Madame Côté et Monsieur Dubé", "Cher Luc, chère Anne, cher Guy",
         f"M.{N}Luc Roy, Mme{N}Anne Côté et M.{N}Guy Dubé"),
        ("Dear Mr. Roy, Ms. Côté and Mr. Dubé", "Dear Luc, Anne and Guy",
         "Mr. Luc Roy, Ms. Anne Côté and Mr. Guy Dubé"),
    ),
    "three adults of one name": (
        [LUC, JULIE, one("M.|Guy|Roy")],
        ("Messieurs et Madame Roy", "Cher Luc, chère Julie, cher Guy", f"M.{N}Luc, Mme{N}Julie et M.{N}Guy Roy"),
        ("Dear Luc, Julie and Guy Roy", "Dear Luc, Julie and Guy", "Mr. Luc, Ms. Julie and Mr. Guy Roy"),
    ),
    "four without titles": (
        [one(f"|{name}|Roy") for name in ("Ana", "Bo", "Cy", "Di")],
        ("Bonjour Ana Roy, Bo Roy, Cy Roy et Di Roy", "Bonjour Ana, Bo, Cy et Di", "Ana, Bo, Cy et Di Roy"),
        ("Dear Ana Roy, Bo Roy, Cy Roy and Di Roy", "Dear Ana, Bo, Cy and Di", "Ana, Bo, Cy and Di Roy"),
    ),
    "children are left out": (
        [MARIE, one("M.|Théo|Vézina", role="child"), PAUL],
        ("Madame Bouchard et Monsieur Vézina", "Chère Marie, cher Paul", f"Mme{N}Marie Bouchard et M.{N}Paul Vézina"),
        ("Dear Ms. Bouchard and Mr. Vézina", "Dear Marie and Paul", "Ms. Marie Bouchard and Mr. Paul Vézina"),
    ),
    "who only lives there is left out": (
        [MARIE, one("Mme|Rita|Roy", role="other")],
        ("Madame Bouchard", "Chère Marie", f"Mme{N}Marie Bouchard"),
        ("Dear Ms. Bouchard", "Dear Marie", "Ms. Marie Bouchard"),
    ),
    "a widow": (
        [one("M.|Paul|Vézina", is_head=True, **DEAD), MARIE],
        ("Madame Bouchard", "Chère Marie", f"Mme{N}Marie Bouchard"),
        ("Dear Ms. Bouchard", "Dear Marie", "Ms. Marie Bouchard"),
    ),
    "a widow is not Mrs. for a husband who died": (
        [one("M.|Paul|Bouchard", **DEAD), MARIE],
        ("Madame Bouchard", "Chère Marie", f"Mme{N}Marie Bouchard"),
        ("Dear Ms. Bouchard", "Dear Marie", "Ms. Marie Bouchard"),
    ),
    "everybody died": (
        [one("M.|Paul|Roy", **DEAD), one("Mme|Anne|Roy", **DEAD)],
        ("Chère famille Roy", "Chère famille Roy", "La famille Roy"),
        ("Dear Roy family", "Dear Roy family", "The Roy family"),
    ),
    "the adults died, the children live": (
        [one("M.|Paul|Roy", **DEAD), one("Mme|Anne|Côté", **DEAD), one("|Zoé|Roy", role="child")],
        ("Chère famille Roy-Côté", "Chère famille Roy-Côté", "La famille Roy-Côté"),
        ("Dear Roy-Côté family", "Dear Roy-Côté family", "The Roy-Côté family"),
    ),
    "the adults died, her mother lives there": (
        [one("M.|Paul|Roy", **DEAD), one("Mme|Rita|Dubé", role="other")],
        ("Madame Dubé", "Chère Rita", f"Mme{N}Rita Dubé"),
        ("Dear Ms. Dubé", "Dear Rita", "Ms. Rita Dubé"),
    ),
    "died, known by a first name": (
        [one("|Paul|", **DEAD)],
        ("Chère famille", "Chère famille", "La famille"),
        ("Dear family", "Dear family", "The family"),
    ),
    "an organization": (
        [Member(organization="Imprimerie Sainte-Anne inc.")],
        ("Madame, Monsieur", "Bonjour à toute l’équipe", "Imprimerie Sainte-Anne inc."),
        ("Dear Sir or Madam", "Dear friends", "Imprimerie Sainte-Anne inc."),
    ),
    "a first name only": (
        [one("|Marie|")],
        ("Bonjour Marie", "Bonjour Marie", "Marie"),
        ("Dear Marie", "Dear Marie", "Marie"),
    ),
    "a title and a first name": (
        [one("Mme|Marie|")],
        ("Bonjour Marie", "Chère Marie", f"Mme{N}Marie"),
        ("Dear Marie", "Dear Marie", "Ms. Marie"),
    ),
    "a title and a surname": (
        [one("Mme||Bouchard")],
        ("Madame Bouchard", "Chère Madame Bouchard", f"Mme{N}Bouchard"),
        ("Dear Ms. Bouchard", "Dear Ms. Bouchard", "Ms. Bouchard"),
    ),
    "a surname only": (
        [one("||Bouchard")],
        ("Chère famille Bouchard", "Chère famille Bouchard", "La famille Bouchard"),
        ("Dear Bouchard family", "Dear Bouchard family", "The Bouchard family"),
    ),
    "a family as one row": (
        [one("Famille|Paul et Anne|Roy")],
        ("Chère famille Roy", "Chère famille Roy", "La famille Roy"),
        ("Dear Roy family", "Dear Roy family", "The Roy family"),
    ),
    "a couple as one row": (
        [one("M. et Mme|Paul et Julie|Roy")],
        ("Monsieur et Madame Roy", "Chers Paul et Julie", f"M. et Mme{N}Paul et Julie Roy"),
        ("Dear Mr. and Mrs. Roy", "Dear Paul and Julie", "Mr. and Mrs. Paul and Julie Roy"),
    ),
    "nobody at all": (
        [],
        ("Madame, Monsieur", "Bonjour", "Madame, Monsieur"),
        ("Dear Sir or Madam", "Dear friend", "Sir or Madam"),
    ),
    "known by an e-mail address only": (
        [Member()],
        ("Madame, Monsieur", "Bonjour", "Madame, Monsieur"),
        ("Dear Sir or Madam", "Dear friend", "Sir or Madam"),
    ),
    "particles and apostrophes stay as they are": (
        [one("Mme|Sinéad|O’Connor"), one("M.|Jean|de la Durantaye")],
        ("Madame O’Connor et Monsieur de la Durantaye", "Chère Sinéad, cher Jean",
         f"Mme{N}Sinéad O’Connor et M.{N}Jean de la Durantaye"),
        ("Dear Ms. O’Connor and Mr. de la Durantaye", "Dear Sinéad and Jean",
         "Ms. Sinéad O’Connor and Mr. Jean de la Durantaye"),
    ),
    "Mc and spaces": (
        [one("Mr.|  Ian |  McLeod ")],
        ("Monsieur McLeod", "Cher Ian", f"M.{N}Ian McLeod"),
        ("Dear Mr. McLeod", "Dear Ian", "Mr. Ian McLeod"),
    ),
    "another alphabet": (
        [one("Mme|نادية|الخوري")],
        ("Madame الخوري", "Chère نادية", f"Mme{N}نادية الخوري"),
        ("Dear Ms. الخوري", "Dear نادية", "Ms. نادية الخوري"),
    ),
}  # fmt: skip


def triple(members, language) -> tuple:
    found = generate(members, language)
    return found.formal, found.informal, found.addressee


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("case", CASES)
def test_it_is_written(case, language):
    members, french, english = CASES[case]
    assert triple(members, language) == (french if language == "fr" else english)


@pytest.mark.parametrize(
    ("members", "french", "english"),
    [
        ([MARIE, PAUL], "Ménage Bouchard-Vézina", "Bouchard-Vézina household"),
        ([MARIE, one("M.|Paul|Bouchard")], "Ménage Bouchard", "Bouchard household"),
        ([one("|A|Côté-Roy"), one("|B|Dubé")], "Ménage Côté-Roy et Dubé", "Côté-Roy and Dubé household"),
        ([one("|A|de la Tour"), one("|B|Dubé")], "Ménage de la Tour et Dubé", "de la Tour and Dubé household"),
        ([LUC, ANNE, one("|Guy|Dubé")], "Ménage Roy, Côté et Dubé", "Roy, Côté and Dubé household"),
        ([one("M.|Paul|Roy", **DEAD)], "Ménage Roy", "Roy household"),
        ([one("M.|Paul|Roy", **DEAD), ANNE], "Ménage Côté", "Côté household"),
        ([one("|Marie|")], "Ménage Marie", "Marie household"),
        ([], "Ménage sans nom", "Household without a name"),
    ],
)
def test_the_household_is_called(members, french, english):
    assert (household_name(members, "fr"), household_name(members, "en")) == (french, english)


def test_the_head_stands_first_in_every_text():
    head = one("M.|Paul|Vézina", is_head=True)
    assert triple([MARIE, head], "fr") == (
        "Monsieur Vézina et Madame Bouchard", "Cher Paul, chère Marie", f"M.{N}Paul Vézina et Mme{N}Marie Bouchard"
    )  # fmt: skip


def test_a_very_long_name_is_never_cut():
    long = one(f"Mme|{'Marie-' * 12}Ève|{'Laframboise-' * 6}Roy")
    for language in ("fr", "en"):
        assert all(long.last in text for text in (triple([long], language)[0], triple([long], language)[2]))


# --- whatever is typed --------------------------------------------------------------------------------------------------
# As names are kept (the sign of the ohm is the letter omega); nobody is called “None”, which is looked for as a mistake.
LETTERS = st.characters(codec="utf-8", categories=["Lu", "Ll"])
WORDS = st.text(LETTERS, min_size=2, max_size=9).map(clean).filter(lambda word: "None" not in word)
PEOPLE = st.builds(
    Member,
    first=st.one_of(st.just(""), WORDS),
    last=st.one_of(st.just(""), WORDS),
    honorific=st.sampled_from(
        ["", "Mme", "M.", "Mr.", "Mrs.", "Ms.", "Mx", "Dr", "Dre", "Me", "Hon.", "Prof.", "Sœur", "rév.", "Capt.", "?",
         "M. et Mme", "Mlle", "Famille"]
    ),
    suffix=st.sampled_from(["", "Jr.", "C.M."]),
    language=st.sampled_from(["fr", "en"]),
    role=st.sampled_from(["adult", "adult", "child", "other", ""]),
    is_deceased=st.booleans(),
    is_head=st.booleans(),
)  # fmt: skip


@given(st.lists(PEOPLE, max_size=6), st.sampled_from(["fr", "en"]))
def test_no_text_is_ever_empty_or_untidy(members, language):
    found = generate(members, language)
    for text in (found.formal, found.informal, found.addressee, found.name):
        assert text
        assert text == text.strip()
        assert "  " not in text
        assert " ," not in text
        assert "None" not in text


@given(st.lists(PEOPLE, max_size=6), st.sampled_from(["fr", "en"]))
def test_somebody_who_died_is_never_named(members, language):
    """Told apart by a mark no living name holds; the family's surname alone may remain."""
    marked = [
        Member(**{**vars_of(one), "first": one.first and f"{one.first}†"}) if one.is_deceased else one
        for one in members
    ]
    found = generate(marked, language)
    assert "†" not in found.formal + found.informal + found.addressee


@given(st.lists(PEOPLE, max_size=6), st.sampled_from(["fr", "en"]))
def test_every_living_adult_is_named_in_the_informal_greeting(members, language):
    text = generate(members, language).informal
    alive = [one for one in members if not one.is_deceased and one.role in ("adult", "") and (one.first or one.last)]
    for person in alive:
        if len(alive) == 1 and person.honorific == "Famille" and person.last:
            assert person.last in text  # the row itself says that it is a whole family
        else:
            assert (person.first or person.last) in text


@given(st.lists(PEOPLE, max_size=6))
def test_children_are_never_greeted(members):
    assert all(one.role != "child" and not one.is_deceased for one in greeted(members))


def vars_of(member: Member) -> dict:
    return {name: getattr(member, name) for name in Member.__dataclass_fields__}
