"""How likely it is that two contacts are one person: a score of 0 to 100 and why. Plain data in, no database.

A name alone proves nothing: every Tremblay of Trois-Rivières is not one donor. A pair is proposed when the names mean the
same person **and** an e-mail, a phone or a postal address agrees; what the names lack in certainty the rest must bring.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from rapidfuzz.distance import OSA
from rapidfuzz.fuzz import token_sort_ratio

from crm.contacts.keys import company_words, key_of_email, key_of_phone, key_of_postal_code, key_of_street, personal
from crm.contacts.nicknames import same_person
from crm.core.text import fold

PROPOSED = 72  # the least score worth a person's time

# What agreement is worth: a name 60 at most, the rest of the evidence 40 at most.
NAME = 60
EMAIL, PHONE, STREET, POSTAL, SHARED, RURAL, ELSEWHERE = 30, 25, 22, 15, 12, 12, 6

TITLES = frozenset("m mr mme mrs ms mlle miss mx dr dre prof me rev abbe soeur monsieur madame docteur hon".split())
YOUNGER = frozenset({"jr", "junior", "fils", "ii", "2e", "2nd"})
ELDER = frozenset({"sr", "senior", "pere", "i"})
GENERATIONS = {**dict.fromkeys(YOUNGER, "jr"), **dict.fromkeys(ELDER, "sr"), "iii": "iii", "iv": "iv"}
HONOURS = frozenset("phd md cm cq cfa cpa ca avocat notaire ing eng esq".split())
PARTICLES = frozenset("de du des d la le les l van von der den di da del y et".split())
SAINTS = {"saint": "st", "sainte": "ste", "sts": "st"}


@lru_cache(maxsize=4096)
def _variant(word: str) -> str:
    """Spellings that sound the same in both languages: Mathieu and Matthieu, Éric and Erik, Stéphane and Stefane."""
    for heard, written in (("ph", "f"), ("th", "t"), ("ck", "c"), ("k", "c"), ("y", "i"), ("z", "s")):
        word = word.replace(heard, written)
    return re.sub(r"(.)\1", r"\1", word)


ENDINGS = frozenset({"e", "le", "ne", "te", "se", "ie", "a", "ette", "ine", "ane", "o", "n"})


def _other_gender(first: str, second: str) -> bool:
    """``Michel`` and ``Michelle``, ``Frédéric`` and ``Frédérique``, ``Mario`` and ``Maria``: two people."""
    short, long = sorted((first, second), key=len)
    if long.startswith(short) and long[len(short) :] in ENDINGS:
        return True
    if short.endswith("c") and long == f"{short[:-1]}que":
        return True
    if short.endswith("f") and long == f"{short[:-1]}ve":
        return True
    return short[:-1] == long[:-1] and {short[-1:], long[-1:]} <= {"a", "e", "o", "i", "y"}


@lru_cache(maxsize=65536)
def given_alike(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[float, str]:
    """How alike two given names are (words, folded), and why; 0 for two people's."""
    one, two = "".join(first), "".join(second)
    if one == two:
        return 1.0, ""
    short, long = sorted((first, second), key=lambda words: len("".join(words)))
    score = _initials("".join(short), short, long)
    if not score and same_person(one, two):
        return 0.96, "name_nickname"
    if score:
        return score, "name_initials"
    if len(long) > len(short) and long[: len(short)] == short and len("".join(short)) > 1:
        return 0.8, "name_partial"  # Jean and Jean-François: one man or his brother
    return _misspelt(short, long)


def _initials(joined: str, short: tuple[str, ...], long: tuple[str, ...]) -> float:
    """``jf``, ``J.-F.``, ``Jean-Fr.``, ``Jean F.`` and, less surely, ``J.`` for ``Jean-François``."""
    letters = "".join(word[0] for word in long)
    if len(joined) == 1:
        return 0.85 if letters.startswith(joined) else 0.0
    if joined == letters or (len(short) > 1 and letters.startswith(joined)):
        return 0.96
    if len(short) == len(long) > 1 and all(
        word.startswith(part) or part.startswith(word) for part, word in zip(short, long, strict=True)
    ):
        return 0.96
    return 0.0


def _misspelt(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[float, str]:
    one, two = "".join(first), "".join(second)
    score = 0.0
    if len(first) != len(second) or (len(first) > 1 and first[0] != second[0]) or _other_gender(one, two):
        pass
    elif len(one) >= 4 and _variant(one) == _variant(two):
        score = 0.93
    elif len(first) == 1 and len(one) >= 6 and OSA.distance(one, two, score_cutoff=1) <= 1:
        score = 0.82
    return score, "name_spelling" if score else ""


@lru_cache(maxsize=65536)
def family_alike(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[float, str]:
    """How alike two family names are (words, folded), and why."""
    one, two = "".join(first), "".join(second)
    if one == two:
        return 1.0, ""
    bare = [tuple(word for word in words if word not in PARTICLES) or words for words in (first, second)]
    if {"".join(bare[0]), one} & {"".join(bare[1]), two}:
        return 0.98, ""
    if set(bare[0]) == set(bare[1]):
        return 0.98, "name_order"
    short, long = sorted(bare, key=len)
    if len(long) > len(short) and set(short) < set(long) and len("".join(short)) > 2:
        return 0.88, "name_partial"  # Côté-Bouchard, who signs Bouchard
    if min(len(one), len(two)) >= 5 and _variant(one).rstrip("e") == _variant(two).rstrip("e"):
        return 0.93, "name_spelling"
    allowed = 2 if min(len(one), len(two)) >= 9 else 1
    if min(len(one), len(two)) >= 5 and OSA.distance(one, two, score_cutoff=allowed) <= allowed:
        return 0.88, "name_spelling"
    return 0.0, ""


@dataclass(frozen=True)
class Reading:
    """One way to read a name: which words are given, which are the family's, and the initials between."""

    given: tuple[str, ...]
    family: tuple[str, ...]
    middle: tuple[str, ...] = ()
    as_entered: bool = True


def _words(text: str) -> list[str]:
    return [SAINTS.get(word, word) for word in fold(text).split()]


@dataclass(eq=False)
class Likely:
    """What matching needs to know of a contact. Texts as they are stored; keys are made when first asked for."""

    pk: int = 0
    kind: str = "person"
    first_name: str = ""
    middle_name: str = ""
    last_name: str = ""
    suffix: str = ""
    organization_name: str = ""
    postal_code: str = ""
    address_line1: str = ""
    city: str = ""
    emails: set[str] = field(default_factory=set)
    phones: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, contact, points: Iterable[tuple[str, str]] = ()) -> "Likely":
        """From anything that has the fields of a contact; ``points`` are further ``(kind, value)``."""
        names = ("kind", "first_name", "middle_name", "last_name", "suffix", "organization_name", "postal_code")
        row = cls(
            getattr(contact, "pk", None) or 0,
            *(getattr(contact, name) for name in names),
            contact.address_line1,
            contact.city,
        )
        row.reach([("email", contact.email), ("phone", contact.phone), *points])
        return row

    def reach(self, points: Iterable[tuple[str, str]]) -> None:
        """Add e-mail addresses and phone numbers."""
        for kind, value in points:
            key, kept = (key_of_email(value), self.emails) if kind == "email" else (key_of_phone(value), self.phones)
            if key:
                kept.add(key)

    @cached_property
    def postal(self) -> str:
        return key_of_postal_code(self.postal_code)

    @cached_property
    def generation(self) -> str:
        words = [*fold(self.suffix).split(), *fold(self.last_name).split()[1:], *fold(self.first_name).split()[1:]]
        return next((GENERATIONS[word] for word in words if word in GENERATIONS and word != "i"), "")

    def _name_words(self, text: str, *, start: bool) -> list[str]:
        words = _words(text)
        while start and len(words) > 1 and words[0] in TITLES:
            words = words[1:]
        while len(words) > 1 and (words[-1] in GENERATIONS or words[-1] in HONOURS) and len(words[-1]) > 1:
            words = words[:-1]
        return words

    @cached_property
    def is_organization(self) -> bool:
        return self.kind == "organization" or bool(self.organization_name and not (self.first_name or self.last_name))

    @cached_property
    def is_nameless(self) -> bool:
        return not (self.first_name or self.last_name or self.organization_name)

    @cached_property
    def readings(self) -> tuple[Reading, ...]:
        """As it was entered first, then the ways it may have been mixed up."""
        first = self._name_words(self.first_name, start=True)
        last = self._name_words(self.last_name, start=not first)
        middle = _words(self.middle_name)
        if first and last:
            given, inner = first, middle
            while len(given) > 1 and len(given[-1]) == 1 and len(given[0]) > 1 and not inner:
                given, inner = given[:-1], [given[-1], *inner]
            entered = Reading(tuple(given), tuple(last), tuple(inner))
            return entered, Reading(tuple(last), tuple(first), tuple(middle), False)
        whole = first or last
        comma = re.split(r"\s*,\s*", self.first_name or self.last_name, maxsplit=1)
        if len(comma) == 2 and all(map(fold, comma)):
            family, given = (self._name_words(part, start=True) for part in comma)
            return (Reading(tuple(given), tuple(family), tuple(middle), False),)
        if len(whole) < 2:
            return (Reading((), tuple(whole), tuple(middle)),) if whole else ()
        cut = range(1, min(len(whole), 5))
        return tuple(
            reading
            for place in cut
            for reading in (
                Reading(tuple(whole[:place]), tuple(whole[place:]), tuple(middle), False),
                Reading(tuple(whole[place:]), tuple(whole[:place]), tuple(middle), False),
            )
        )

    @cached_property
    def company(self) -> tuple[str, ...]:
        """The words of an organization's name that tell it from another."""
        return company_words(self.organization_name or self.last_name)

    @cached_property
    def word_keys(self) -> frozenset[str]:
        """By what to look for this one inside a large block: two that are alike share one of these."""
        if self.is_nameless:
            return frozenset({""})
        if self.is_organization:
            return frozenset({*(_variant(word)[:4] for word in self.company), "".join(self.company)[:4]})
        keys = set()
        for reading in self.readings:
            bare = [word for word in reading.family if word not in PARTICLES] or list(reading.family)
            keys.update(_variant(word)[:3] for word in bare)
            keys.add(_variant("".join(reading.family))[:3])
        return frozenset(keys)

    @cached_property
    def street(self) -> tuple[str, str]:
        return key_of_street(self.address_line1)


@dataclass(frozen=True)
class Likeness:
    score: int
    reasons: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.score >= PROPOSED


NOTHING = Likeness(0)


def _companies(one: Likely, two: Likely) -> tuple[float, str]:
    first, second = one.company, two.company
    numbers = [[word for word in words if any(map(str.isdigit, word))] for words in (first, second)]
    if sorted(numbers[0]) != sorted(numbers[1]):
        return 0.0, ""  # 9123-4567 Québec inc. is not 9123-4568
    if sorted(first) == sorted(second) or "".join(first) == "".join(second):
        return 1.0, ""
    if sorted(map(_variant, first)) == sorted(map(_variant, second)):
        return 0.96, "name_spelling"
    if len(first) == len(second) and token_sort_ratio(" ".join(first), " ".join(second)) >= 90:
        # A misspelt word, not another one: each word has its near twin.
        return (0.9, "name_spelling") if all(_near(word, second) for word in first) else (0.0, "")
    return 0.0, ""


def _near(word: str, words: tuple[str, ...]) -> bool:
    return any(OSA.distance(word, other, score_cutoff=2) <= (2 if len(word) > 7 else 1) for other in words)


def _middles(one: Reading, two: Reading) -> bool:
    """Whether the middle names allow one person: Robert A. is not Robert B.; one of them left out says nothing."""
    if not (one.middle and two.middle):
        return True
    a, b = "".join(one.middle), "".join(two.middle)
    return a.startswith(b) or b.startswith(a) or a[0] == b[0]


def _people(one: Likely, two: Likely) -> tuple[float, list[str]]:
    best, why = 0.0, []
    both = all(side.readings and side.readings[0].as_entered for side in (one, two))
    for first in one.readings:
        for second in two.readings:
            if both and not (first.as_entered or second.as_entered):
                continue  # both turned round is both as entered
            family, spelling = family_alike(first.family, second.family)
            if not family:
                continue
            if not first.given or not second.given:
                given, short = (
                    (0.7, "name_missing") if bool(first.given) != bool(second.given) else (0.75, "name_missing")
                )
            else:
                given, short = given_alike(first.given, second.given)
                if given < 0.9 and (first.middle or second.middle):
                    given, short = max((given, short), _by_middle(first, second))
            if not given or not _middles(first, second):
                continue
            total = given * family
            turned = not (first.as_entered and second.as_entered)
            if turned:
                total *= 0.995
            if total > best:
                best = total
                why = [reason for reason in (spelling, short, "name_order" if turned else "") if reason]
    return best, list(dict.fromkeys(why))


def _by_middle(first: Reading, second: Reading) -> tuple[float, str]:
    """``Jean`` with the middle name ``François``, and ``Jean-François`` or ``J.F.``; the middle name used alone is not enough."""
    score, why = given_alike((*first.given, *first.middle), (*second.given, *second.middle))
    return (score, why or "name_initials") if score > 0.82 else (0.0, "")


def _names(one: Likely, two: Likely) -> tuple[float, list[str]]:
    if one.is_nameless or two.is_nameless:
        return 0.72, ["name_missing"]
    if one.is_organization or two.is_organization:
        for side in (one, two):  # an import may have put the name of a company where a person's goes
            if not side.is_organization and (side.first_name or not side.last_name):
                return 0.0, []
        score, why = _companies(one, two)
        return score, [why] if why else []
    mine, yours = one.generation, two.generation
    if mine and yours and mine != yours:
        return 0.0, []
    score, why = _people(one, two)
    if score and mine != yours:
        why.append("generation")
    return score, why


def _places(one: Likely, two: Likely) -> tuple[int, str]:
    if not (one.postal and one.postal == two.postal and len(one.postal) >= 5):
        return 0, ""
    (mine, unit), (yours, other) = one.street, two.street
    if mine and yours:
        if mine == yours or (OSA.distance(mine, yours, score_cutoff=1) <= 1 and mine.split()[0] == yours.split()[0]):
            return (STREET, "street") if not (unit and other and unit != other) else (ELSEWHERE, "postal_code")
        return ELSEWHERE, "postal_code"
    rural = len(one.postal) == 6 and one.postal[0].isalpha() and one.postal[1] == "0"
    return (RURAL if rural else POSTAL), "postal_code"  # one rural code may be a whole village


def compare(one: Likely, two: Likely) -> Likeness:
    """The score and its reasons; a false :class:`Likeness` when the pair is not worth proposing."""
    place, where = _places(one, two)
    emails = one.emails & two.emails
    phones = one.phones & two.phones
    if not (place or emails or phones):
        return NOTHING
    name, why = _names(one, two)
    if not name:
        return NOTHING
    if "name_missing" in why and not personal(emails):
        return NOTHING
    if "generation" in why and not emails:
        return NOTHING  # Robert Roy and Robert Roy Jr at one address: father and son
    company = one.is_organization and two.is_organization
    evidence, reasons = place, [where] if where else []
    if emails:
        evidence += EMAIL if company or personal(emails) else SHARED
        reasons.insert(0, "email")
    if phones:
        evidence += PHONE
        reasons.insert(len(reasons) - bool(where), "phone")
    score = round(NAME * name + min(40, evidence))
    said = ["name_same"] if not [reason for reason in why if reason != "generation"] else []
    return Likeness(score, (*said, *why, *reasons)) if score >= PROPOSED else Likeness(score)


def names_alike(one: Likely, two: Likely) -> float:
    """How alike the names are, from 0 to 1, whatever else is known."""
    if one.is_nameless or two.is_nameless:
        return 0.0
    score, why = _names(one, two)
    return 0.0 if {"generation", "name_missing"} & set(why) else score
