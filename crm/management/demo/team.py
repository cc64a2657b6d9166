"""The two demo organizations and the people who work in them."""

from dataclasses import dataclass
from datetime import timedelta

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from crm.accounts import services as accounts
from crm.accounts.choices import Role
from crm.accounts.models import Membership, Organization, User
from crm.giving import services as giving
from crm.giving.models import Fund
from crm.management.demo import images

PASSWORD = "merci-demo"  # noqa: S105 - printed on the first page of the manual; the command refuses production

RIVE_CLAIRE = {
    "name_fr": "Fondation Rive-Claire",
    "name_en": "Rive-Claire Foundation",
    "legal_name_fr": "Fondation Rive-Claire",
    "legal_name_en": "Rive-Claire Foundation",
    "address_fr": "310, rue du Fleuve\nTrois-Rivières (Québec) G9A\u00a02K4",
    "address_en": "310, rue du Fleuve\nTrois-Rivières, Quebec G9A\u00a02K4",
    "phone": "+18195550110",
    "email": "bonjour@rive-claire.example",
    "website": "https://rive-claire.example",
    "registration_number": "123456782RR0001",  # right check digit, no such charity
    "receipt_place_fr": "Trois-Rivières (Québec)",
    "receipt_place_en": "Trois-Rivières, Quebec",
    "signatory_name": "Isabelle Marchand",
    "signatory_title_fr": "directrice générale",
    "signatory_title_en": "Executive Director",
    "receipt_thanks_fr": "Merci. Grâce à votre don, des familles d’ici vivent la fin de vie d’un proche avec douceur.",
    "receipt_thanks_en": "Thank you. Your gift gives local families gentle last days with someone they love.",
    "default_language": "fr",
    "fundraisers_record_gifts": True,
}
HARBOUR_TABLE = {
    "name_en": "Harbour Table Community Kitchen",
    "legal_name_en": "Harbour Table Community Kitchen Society",
    "address_en": "1906 Barrington Street\nHalifax, Nova Scotia B3J\u00a02A8",
    "phone": "+19025550117",
    "email": "hello@harbour-table.example",
    "website": "https://harbour-table.example",
    "registration_number": "987654324RR0001",
    "receipt_place_en": "Halifax, Nova Scotia",
    "signatory_name": "Colleen MacIsaac",
    "signatory_title_en": "Treasurer",
    "receipt_thanks_en": "Thank you. Your gift puts supper on somebody’s table tonight.",
    "timezone": "America/Halifax",
    "default_language": "en",
    "fiscal_year_start": 4,
}


def pictures() -> dict:
    """The logo and the signature, as fields of an organization."""
    return {
        "logo": ContentFile(images.logo(), name="rive-claire-logo.png"),
        "signature": ContentFile(images.signature(), name="isabelle-marchand.png"),
    }


@dataclass(frozen=True)
class Colleague:
    """Somebody who signs in as ``login@<organization>.test``."""

    login: str
    role: str
    first_name: str
    last_name: str
    language: str
    job_title: str


RIVE_CLAIRE_TEAM = (
    Colleague("admin", Role.ADMIN, "Isabelle", "Marchand", "fr", "Directrice générale"),
    Colleague("fundraiser", Role.FUNDRAISER, "Geneviève", "Tremblay", "fr", "Agente de développement"),
    Colleague("finance", Role.FINANCE, "Priya", "Nair", "en", "Finance officer"),
    Colleague("member", Role.MEMBER, "Marc-André", "Pelletier", "fr", "Bénévole à l’accueil"),
    Colleague("reader", Role.READ_ONLY, "Daniel", "Whitford", "en", "Board member"),
)
HARBOUR_TABLE_TEAM = (Colleague("admin", Role.ADMIN, "Colleen", "MacIsaac", "en", "Executive director"),)


def user_for(colleague: Colleague, slug: str, zone: str) -> User:
    """The account; one of that address that exists already is used as it is."""
    email = f"{colleague.login}@{slug}.test"
    user = User.objects.filter(email=email).first()
    if user is None:
        user = User.objects.create_user(
            email, PASSWORD, first_name=colleague.first_name, last_name=colleague.last_name,
            language=colleague.language, timezone=zone,
        )  # fmt: skip
    return user


@transaction.atomic
def found(*, slug: str, fields: dict, team: tuple[Colleague, ...], funds: tuple) -> dict[str, Membership]:
    """Make an organization, its team and its funds; returns the memberships by login."""
    organization = accounts.create_organization(slug=slug, **fields)
    members = {}
    for colleague in team:
        members[colleague.login] = accounts.add_member(
            organization=organization,
            user=user_for(colleague, slug, organization.timezone),
            role=colleague.role,
            job_title=colleague.job_title,
            by=members.get("admin"),
            last_seen_at=timezone.now() - timedelta(hours=18),  # so “since your last visit” has something to say
        )
    for code, name_fr, name_en, gl_code, restricted, _weight in funds:
        giving.save_fund(
            by=members["admin"], code=code, name_fr=name_fr, name_en=name_en, gl_code=gl_code,
            is_restricted=restricted, is_default=code == "GEN",
        )  # fmt: skip
    return members


def funds_of(organization: Organization, table: tuple) -> tuple[list[Fund], list[int]]:
    """The funds in the order of ``table`` and how often each is chosen."""
    by_code = {fund.code: fund for fund in Fund.objects.filter(organization=organization)}
    return [by_code[row[0]] for row in table], [row[5] for row in table]
