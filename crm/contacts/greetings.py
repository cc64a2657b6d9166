"""How people are written to: ``Chère Marie, cher Paul``, ``Dear Dr. Roy and Mr. Côté``, the envelope, the household's name.

Pure: plain data in, texts out, in French and in English. Greetings carry no final comma: the letter puts it.

- The head stands first, then the others in the order given. Adults are greeted; children and others only live there.
- Somebody who died is never named. Where nobody is left to greet, the family is: ``Chère famille Roy``.
- Gender is read from the title, never guessed from the first name. Where one is unknown the French is neutral:
  ``Bonjour Alex et Marie``; where somebody has no title, nobody is “Madame” beside them.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from crm.contacts.titles import MADAME, MRS, NBSP, Title, title_of
from crm.core.text import clean, fold

ADULT, CHILD = "adult", "child"
SPACED_SUFFIXES = {"jr", "sr", "junior", "senior", "fils", "pere", "ii", "iii", "iv"}
FAMILY = {"famille", "la famille", "family", "the family"}  # typed where a title is expected
AND = re.compile(r" (?:et|and|&|\+) ")
DEAR = {"m": "Cher", "f": "Chère", "both": "Chers"}


@dataclass(frozen=True)
class Member:
    """What a greeting needs to know of somebody."""

    first: str = ""
    last: str = ""
    honorific: str = ""
    suffix: str = ""
    organization: str = ""  # set: not a person
    language: str = "fr"
    role: str = ADULT
    is_deceased: bool = False
    is_head: bool = False

    @property
    def title(self) -> Title | None:
        return title_of(self.honorific, self.language)

    @property
    def full(self) -> str:
        return clean(f"{self.first} {self.last}")

    @property
    def gender(self) -> str:
        return self.title.gender if self.title else ""


@dataclass(frozen=True)
class Greetings:
    formal: str
    informal: str
    addressee: str
    name: str


def generate(members: Iterable[Member], language: str) -> Greetings:
    """All four texts for these members of one household, or for one person alone."""
    ordered = sorted((tidy(member) for member in members), key=lambda member: not member.is_head)
    name = household_name(ordered, language)
    if company := next((member for member in ordered if member.organization), None):
        return Greetings(*_company(language), addressee=company.organization, name=company.organization)
    people = [_said_in(language, one) for one in greeted(ordered)]
    if not people:
        if not any(member.full for member in ordered):  # known by an e-mail address only
            return Greetings(*_stranger(language), name=name)
        return Greetings(*_family(" ".join(_surnames(ordered, language)), language), name=name)
    alone = people[0] if len(people) == 1 else None
    if alone and alone.last and (fold(alone.honorific) in FAMILY or not (alone.first or alone.title)):
        return Greetings(*_family(alone.last, language), name=name)
    return Greetings(_formal(people, language), _informal(people, language), _addressee(people, language), name)


def tidy(member: Member) -> Member:
    """One-line texts, whatever the row holds."""
    return Member(
        clean(member.first), clean(member.last), clean(member.honorific), clean(member.suffix),
        clean(member.organization), member.language, member.role or ADULT, member.is_deceased, member.is_head,
    )  # fmt: skip


def _said_in(language: str, one: Member) -> Member:
    """One row that is a couple (``M. et Mme``, ``Paul et Julie``): its “and” in the language of the letter."""
    if not AND.search(one.first):
        return one
    return replace(one, first=AND.sub(" et " if language == "fr" else " and ", one.first))


def greeted(members: Iterable[Member]) -> list[Member]:
    """Who is named: living adults; where there is none, the others who live there, but never a child."""
    alive = [member for member in members if not member.is_deceased and member.full]
    return [member for member in alive if member.role == ADULT] or [member for member in alive if member.role != CHILD]


def household_name(members: list[Member], language: str) -> str:
    """``Ménage Bouchard-Vézina``. A label for staff, not a greeting: those who died still give it their name."""
    people = [member for member in members if not member.organization]
    adults = greeted(people) or [member for member in people if member.role == ADULT] or people
    names = _surnames(adults, language) or [member.first for member in adults if member.first][:1]
    text = " ".join(names)
    if language == "fr":
        return f"Ménage {text}" if text else "Ménage sans nom"
    return f"{text} household" if text else "Household without a name"


# --- fallbacks ----------------------------------------------------------------------------------------------------------
def _company(language: str) -> tuple[str, str]:
    return (
        ("Madame, Monsieur", "Bonjour à toute l’équipe") if language == "fr" else ("Dear Sir or Madam", "Dear friends")
    )


def _stranger(language: str) -> tuple[str, str, str]:
    if language == "fr":
        return "Madame, Monsieur", "Bonjour", "Madame, Monsieur"
    return "Dear Sir or Madam", "Dear friend", "Sir or Madam"


def _family(surname: str, language: str) -> tuple[str, str, str]:
    """Formal, informal, envelope, when there is nobody to name."""
    if language == "fr":
        greeting = f"Chère famille {surname}".strip()
        return greeting, greeting, f"La famille {surname}".strip()
    greeting = f"Dear {surname} family" if surname else "Dear family"
    return greeting, greeting, f"The {surname} family" if surname else "The family"


def _surnames(members: Iterable[Member], language: str) -> list[str]:
    """The different surnames as one text in a list (empty: none is known): ``Bouchard-Vézina``, ``Côté-Roy et Dubé``."""
    seen: dict[str, str] = {}
    for member in members:
        if member.last:
            seen.setdefault(fold(member.last) or member.last, member.last)
    names = list(seen.values())
    if not names:
        return []
    if len(names) == 2 and not any(mark in name for name in names for mark in "- "):
        return ["-".join(names)]
    return [join(names, language)]


def join(parts: list[str], language: str) -> str:
    """``A, B et C``; ``A, B and C``."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {'et' if language == 'fr' else 'and'} {parts[-1]}"


def _share_a_surname(people: list[Member]) -> bool:
    return len(people) > 1 and bool(people[0].last) and len({fold(one.last) or one.last for one in people}) == 1


# --- formal -------------------------------------------------------------------------------------------------------------
def _formal(people: list[Member], language: str) -> str:
    if any(not _is_titled(one, language) for one in people):
        names = [_with_rank(one, language) for one in people]
        return f"{'Bonjour' if language == 'fr' else 'Dear'} {join(names, language)}"
    text = _formal_french(people) if language == "fr" else _formal_english(people)
    return text if language == "fr" else f"Dear {text}"


def _is_titled(one: Member, language: str) -> bool:
    """Whether a title and a surname (or a full name after a title that wants one) make a formal greeting of them."""
    if one.title is None or (one.title.is_neutral and language == "fr"):
        return False
    return bool(one.last or one.title.is_full)


def _with_rank(one: Member, language: str) -> str:
    """The full name, after a title that is a rank: ``Docteure Anne Roy``. Madame and Monsieur are left out."""
    if one.title and not one.title.is_civil:
        return f"{one.title.word(language)} {one.full}"
    return one.full


def _titled(one: Member, language: str) -> str:
    name = one.full if one.title.is_full else one.last
    word = one.title.word(language)
    # An abbreviation and the name after it stay on one line.
    return f"{word}{NBSP if language == 'fr' and word in ('Dr', 'Prof.', 'Rév.') else ' '}{name}"


def _formal_french(people: list[Member]) -> str:
    titles = [one.title for one in people]
    plain = not any(title.is_full or title.gender == "both" for title in titles)
    if _share_a_surname(people) and plain:
        words = list(dict.fromkeys(title.fr for title in titles))
        many = {title.fr: title.fr_many for title in titles}
        counts = {word: sum(title.fr == word for title in titles) for word in words}
        if all(counts[word] == 1 or many[word] for word in words):
            said = [many[word] if counts[word] > 1 else word for word in words]
            return f"{join(said, 'fr')} {people[0].last}"
    if (
        plain
        and len(people) > 1
        and len({title.fr for title in titles}) == 1
        and titles[0].is_civil
        and titles[0].fr_many
    ):
        return f"{titles[0].fr_many} {join([one.last for one in people], 'fr')}"
    return join([_titled(one, "fr") for one in people], "fr")


def _formal_english(people: list[Member]) -> str:
    plain = not any(one.title.is_full or one.title.gender == "both" for one in people)
    if _share_a_surname(people) and plain:
        if len(people) == 2:
            return f"{' and '.join(_english_words(people))} {people[0].last}"
        if all(one.first and one.title.is_civil for one in people):
            return f"{join([one.first for one in people], 'en')} {people[0].last}"
    return join([_titled(one, "en") for one in people], "en")


def _english_words(people: list[Member]) -> list[str]:
    """``Mme`` beside a ``M.`` of the same surname is ``Mrs.``; everywhere else it is ``Ms.``, which supposes nothing."""
    beside = {one.title.gender for one in people} == {"m", "f"} and len(people) == 2 and _share_a_surname(people)
    return [
        MRS.en if beside and one.title is MADAME and fold(one.honorific) != "ms" else one.title.word("en")
        for one in people
    ]


# --- informal -----------------------------------------------------------------------------------------------------------
def _informal(people: list[Member], language: str) -> str:
    names = [_first_name(one, language) for one in people]
    if language != "fr":
        return f"Dear {join(names, language)}"
    genders = {one.gender for one in people}
    if "" in genders or ("both" in genders and len(people) > 1):
        return f"Bonjour {join(names, language)}"
    if len(people) > 1 and len(genders) == 1:
        return f"{DEAR[genders.pop()]}s {join(names, language)}"
    dear = [f"{DEAR[one.gender]} {name}" for one, name in zip(people, names, strict=True)]
    return ", ".join([dear[0], *(text[0].lower() + text[1:] for text in dear[1:])])


def _first_name(one: Member, language: str) -> str:
    """The first name; who has none keeps title and surname: ``Madame Bouchard``."""
    if one.title and (one.title.is_full or not one.first):
        if one.title.is_neutral and language == "fr":
            return one.full
        if one.title.is_full and one.first and one.title.gender:
            return f"{one.title.word(language).lower() if language == 'fr' else one.title.word(language)} {one.first}"
        return one.first or _titled(one, language)
    return one.first or one.last


# --- envelope -----------------------------------------------------------------------------------------------------------
def _addressee(people: list[Member], language: str) -> str:
    shared = (
        _share_a_surname(people)
        and all(one.first and not one.suffix for one in people)
        and not any(one.title and (one.title.is_full or one.title.gender == "both") for one in people)
    )
    # Two Mmes together are « Mmes Julie Roy et Anne Côté »: runs of the same title share its plural.
    titles = [one.title for one in people]
    same = all(titles) and len({title.fr for title in titles}) == 1
    plural = titles[0].fr_short_many if same else ""
    parts = []
    for place, one in enumerate(people):
        name = one.first if shared and place < len(people) - 1 else _postal_name(one)
        if language == "fr" and plural and len(people) > 1:
            parts.append(name)
        else:
            parts.append(_lined(_short(one, people, language), name, language, is_first=not place))
    text = join(parts, language)
    return f"{plural}{NBSP}{text}" if language == "fr" and plural and len(people) > 1 else text


def _short(one: Member, people: list[Member], language: str) -> str:
    if one.title is None or (one.title.is_neutral and language == "fr"):
        return ""
    if one.title.is_civil and any(
        other.title is None or (other.title.is_neutral and language == "fr") for other in people
    ):
        return ""  # as in the greeting: nobody is “Mme” beside somebody without a title
    if language == "en" and one.title is MADAME and all(other.title for other in people):
        return _english_words(people)[people.index(one)]
    return one.title.short(language)


def _lined(word: str, name: str, language: str, *, is_first: bool) -> str:
    if not word:
        return name
    if not is_first and word[:2] in ("L’", "Th"):  # l’honorable, the Hon.: a capital only at the head of the line
        word = word[0].lower() + word[1:]
    return f"{word}{NBSP if language == 'fr' else ' '}{name}"


def _postal_name(one: Member) -> str:
    if not one.suffix:
        return one.full
    return f"{one.full}{'' if fold(one.suffix) in SPACED_SUFFIXES else ','} {one.suffix}"
