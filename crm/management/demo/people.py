"""Contacts drawn at random, with the proportions of a real file: languages, missing addresses, employers."""

from random import Random

from crm.contacts.choices import FunnelStage, Kind, Lifecycle, Relationship
from crm.core.text import fold
from crm.management.demo import names, places


def _name(rng: Random, city: places.City) -> tuple[str, str, str]:
    """First name, last name, language."""
    if rng.random() < 0.13:
        firsts, lasts, french = rng.choice(names.OTHERS)
        return rng.choice(firsts), rng.choice(lasts), "fr" if rng.random() < french else "en"
    if rng.random() < city.french:
        last = rng.choice(names.LAST_FR)
        if rng.random() < 0.05:
            last = f"{last}-{rng.choice(names.LAST_FR)}"
        return rng.choice(names.FIRST_FR), last, "fr"
    return rng.choice(names.FIRST_EN), rng.choice(names.LAST_EN), "en"


def email(rng: Random, *words: str) -> str:
    """``jean-francois.levesque@courriel.example``; mail to it goes nowhere."""
    local = ".".join("-".join(fold(word.replace("’", "")).split()) for word in words)
    plain = "".join(char for char in local if char.isascii())[:50].strip(".-") or "contact"
    return f"{plain}@{rng.choice(names.MAIL_DOMAINS)}"


def address(rng: Random, city: places.City, language: str) -> dict:
    return {
        "address_line1": places.street(rng, language),
        "city": city.name,
        "province": city.province,
        "postal_code": places.postal_code(rng, city),
        "country": "CA",
    }


def _reach(rng: Random, city: places.City, language: str, words: tuple[str, ...], *, tag: str = "") -> dict:
    fields: dict = {"language": language}
    if rng.random() < 0.78:
        fields["email"] = email(rng, *words, *((tag,) if tag and rng.random() < 0.5 else ()))
    if rng.random() < 0.62:
        fields["phone"] = places.phone(rng, city)
    if rng.random() < 0.88:
        fields |= address(rng, city, language)
    elif rng.random() < 0.5:
        fields |= {"city": city.name, "province": city.province}
    return fields


def person(rng: Random, *, tag: str = "") -> dict:
    """The fields of a person. ``tag`` (a number) keeps most e-mail addresses of a large file apart."""
    city = rng.choices(places.CITIES, weights=places.WEIGHTS)[0]
    first, last, language = _name(rng, city)
    fields = {"kind": Kind.PERSON, "first_name": first, "last_name": last}
    if rng.random() < 0.14:
        fields["honorific"] = rng.choice(names.HONORIFICS[language])
    if rng.random() < 0.3:
        fields["middle_name"] = f"{rng.choice(names.INITIALS)}."
    if rng.random() < 0.006:
        fields["suffix"] = rng.choice(names.SUFFIXES[language])
    if rng.random() < 0.08:
        fields["job_title"] = rng.choice(names.JOBS[language])
    return fields | _reach(rng, city, language, (first, last), tag=tag)


def organization(rng: Random, *, tag: str = "") -> dict:
    """The fields of a business, a parish, a foundation."""
    city = rng.choices(places.CITIES, weights=places.WEIGHTS)[0]
    language = "fr" if rng.random() < city.french else "en"
    lasts = names.LAST_FR if language == "fr" else names.LAST_EN
    pattern = rng.choice(names.ORGANIZATIONS[language])
    name = pattern.format(last=rng.choice(lasts), last2=rng.choice(lasts), city=city.name)
    fields = {"kind": Kind.ORGANIZATION, "organization_name": name, "relationship": Relationship.PARTNER}
    return fields | _reach(rng, city, language, (name,), tag=tag)


def standing(rng: Random, *, gives: bool) -> dict:
    """The three axes of a contact (C-04). Donor and lapsed follow the gifts and are not set here."""
    if gives:
        return {
            "relationship": rng.choices((Relationship.CUSTOMER, Relationship.PARTNER, Relationship.LEAD), (80, 6, 14))[
                0
            ],
            "funnel_stage": rng.choices(
                (FunnelStage.CLOSED_WON, FunnelStage.CONTACTED, FunnelStage.MEETING_SET, FunnelStage.NEEDS_OUTREACH),
                (70, 12, 3, 15),
            )[0],
        }
    return {
        "lifecycle": rng.choices((Lifecycle.PROSPECT, Lifecycle.ASKED, Lifecycle.DECLINED), (66, 24, 10))[0],
        "relationship": rng.choices((Relationship.LEAD, Relationship.PROSPECT), (60, 40))[0],
        "funnel_stage": rng.choices(
            (FunnelStage.NEEDS_OUTREACH, FunnelStage.CONTACTED, FunnelStage.PROPOSAL_SENT, FunnelStage.CLOSED_LOST),
            (55, 28, 9, 8),
        )[0],
    }
