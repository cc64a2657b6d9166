"""Titles as they are typed (``Mme``, ``Dr.``, ``révérende``) and as each language writes them; imports only how to fold.

The gender of a person is known from a title and from nothing else: guessing it from a first name offends somebody in
every mailing.
"""

from dataclasses import dataclass

from crm.core.text import fold

NBSP = "\u00a0"


@dataclass(frozen=True)
class Title:
    """``fr`` and ``en`` stand in greetings, the short forms on envelopes. ``gender``: ``m``, ``f``, ``both`` or unknown.

    ``is_civil``: Madame, Monsieur and the like, which leave their place to first names among friends and to nothing at
    all where somebody else has no title. ``is_full``: never before a bare surname.
    """

    fr: str
    en: str
    fr_short: str = ""
    en_short: str = ""
    fr_many: str = ""
    fr_short_many: str = ""
    gender: str = ""
    is_civil: bool = False
    is_full: bool = False
    is_neutral: bool = False  # French has no word for it: people are greeted by their name

    def word(self, language: str) -> str:
        return self.fr if language == "fr" else self.en

    def short(self, language: str) -> str:
        return (self.fr_short or self.fr) if language == "fr" else (self.en_short or self.en)


MADAME = Title("Madame", "Ms.", "Mme", fr_many="Mesdames", fr_short_many="Mmes", gender="f", is_civil=True)
MONSIEUR = Title("Monsieur", "Mr.", "M.", fr_many="Messieurs", fr_short_many="MM.", gender="m", is_civil=True)
MRS = Title("Madame", "Mrs.", "Mme", fr_many="Mesdames", fr_short_many="Mmes", gender="f", is_civil=True)
MISS = Title("Madame", "Miss", "Mme", fr_many="Mesdames", fr_short_many="Mmes", gender="f", is_civil=True)
MADEMOISELLE = Title("Mademoiselle", "Miss", "Mlle", gender="f", is_civil=True)
MX = Title("", "Mx.", is_civil=True, is_neutral=True)
COUPLE_M = Title("Monsieur et Madame", "Mr. and Mrs.", "M. et Mme", gender="both", is_civil=True)
COUPLE_F = Title("Madame et Monsieur", "Mrs. and Mr.", "Mme et M.", gender="both", is_civil=True)
DOCTOR = Title("Dr", "Dr.")
DOCTOR_M = Title("Docteur", "Dr.", "Dr", fr_many="Docteurs", gender="m")
DOCTOR_F = Title("Docteure", "Dr.", "Dre", fr_many="Docteures", gender="f")
MAITRE = Title("Maître", "Maître", "Me", "Me")
PROFESSOR = Title("Prof.", "Professor", "Prof.", "Prof.")
PROFESSOR_M = Title("Professeur", "Professor", "Pr", "Prof.", gender="m")
PROFESSOR_F = Title("Professeure", "Professor", "Pre", "Prof.", gender="f")
REVEREND = Title("Rév.", "Reverend", "Rév.", "Rev.")
REVEREND_M = Title("Révérend", "Reverend", "Rév.", "Rev.", gender="m")
REVEREND_F = Title("Révérende", "Reverend", "Rév.", "Rev.", gender="f")
HONOURABLE = Title("Honorable", "Hon.", "L’honorable", "The Hon.", is_full=True)
SISTER = Title("Sœur", "Sister", gender="f", is_full=True)
BROTHER = Title("Frère", "Brother", gender="m", is_full=True)
FATHER = Title("Père", "Father", "Père", "Fr.", gender="m", is_full=True)
PRIEST = Title("Abbé", "Father", "Abbé", "Fr.", gender="m", is_full=True)

KNOWN: dict[str, Title] = {
    **dict.fromkeys(("mme", "madame", "ms", "mmes", "mesdames"), MADAME),
    **dict.fromkeys(("mrs", "missus"), MRS),
    **dict.fromkeys(("m", "mr", "monsieur", "mister"), MONSIEUR),
    **dict.fromkeys(("mlle", "mademoiselle"), MADEMOISELLE),
    "miss": MISS,
    **dict.fromkeys(("mx", "mix"), MX),
    **dict.fromkeys(("m et mme", "monsieur et madame", "mr and mrs", "mr mrs", "mr and ms", "m mme"), COUPLE_M),
    **dict.fromkeys(("mme et m", "madame et monsieur", "mrs and mr", "ms and mr", "mme m"), COUPLE_F),
    **dict.fromkeys(("dr", "doctor"), DOCTOR),
    "docteur": DOCTOR_M,
    **dict.fromkeys(("dre", "docteure", "doctoresse"), DOCTOR_F),
    **dict.fromkeys(("me", "maitre", "mtre"), MAITRE),
    **dict.fromkeys(("prof", "professor"), PROFESSOR),
    **dict.fromkeys(("pr", "professeur"), PROFESSOR_M),
    **dict.fromkeys(("pre", "professeure"), PROFESSOR_F),
    **dict.fromkeys(("rev", "reverend"), REVEREND),
    **dict.fromkeys(("reverende",), REVEREND_F),
    **dict.fromkeys(
        ("hon", "honorable", "l hon", "l honorable", "the hon", "the honourable", "honourable", "the honorable"),
        HONOURABLE,
    ),
    **dict.fromkeys(("soeur", "sr", "sister"), SISTER),
    **dict.fromkeys(("frere", "brother", "br"), BROTHER),
    **dict.fromkeys(("pere", "father"), FATHER),
    "abbe": PRIEST,
}
# What is masculine in French only: an English “Dr.” says nothing of who bears it.
FRENCH_MASCULINE = {"dr": DOCTOR_M, "reverend": REVEREND_M}


def title_of(text: str, language: str) -> Title | None:
    """The title that ``text`` means to somebody who writes ``language``; one we do not know is kept as it is typed."""
    key = fold(text)
    if not key:
        return None
    if language == "fr" and key in FRENCH_MASCULINE:
        return FRENCH_MASCULINE[key]
    return KNOWN.get(key) or Title(text.strip(), text.strip())
