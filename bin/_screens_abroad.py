"""What bin/screens pictures of charities of other countries: the pages, and one organization a country to show."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

US = {
    "name_en": "Penobscot Table",
    "legal_name_en": "Penobscot Community Table, Inc.",
    "address_en": "22 Congress Street\nPortland, Maine 04101",
    "email": "hello@penobscot.example",
    "registration_number": "530196605",
    "receipt_law": "US",
    "currency": "USD",
    "receipt_place_en": "Portland, Maine",
    "signatory_name": "Ruth Ellis",
    "signatory_title_en": "Treasurer",
    "default_language": "en",
    "timezone": "America/New_York",
}
FRANCE = {
    "name_fr": "Voisins du Canal",
    "legal_name_fr": "Association Les Voisins du Canal",
    "address_fr": "12, quai de Valmy\n75010 Paris",
    "email": "bonjour@voisins.example",
    "registration_number": "775672272",
    "receipt_law": "FR",
    "currency": "EUR",
    "paper": "a4",
    "purpose": "Repas et visites aux personnes âgées isolées du quartier",
    "legal_status": "Association reconnue d’utilité publique par décret du 4 mars 1998",
    "receipt_place_fr": "Paris",
    "signatory_name": "Aïcha Benali",
    "signatory_title_fr": "trésorière",
    "default_language": "fr",
    "timezone": "Europe/Paris",
    "receipt_qr": True,
    "receipt_signing": True,
    "receipt_by_link": True,
}
DONORS = {
    "US": {
        "first_name": "Harriet", "last_name": "Snow", "email": "harriet@mail.example", "language": "en", "country": "US",
        "address_line1": "410 Broadway", "city": "Bangor", "province": "ME", "postal_code": "04401",
    },
    "FR": {
        "first_name": "Élodie", "last_name": "Garnier", "email": "elodie@courriel.example", "language": "fr", "country": "FR",
        "address_line1": "8, rue des Récollets", "city": "Paris", "postal_code": "75010",
    },
}  # fmt: skip
PLEDGE_ROWS = (
    "Courriel;Numéro de la promesse;Montant;Fréquence;Premier versement;Dernier versement\n"
    "helene.bouchard@courriel.example;P-2026-1;25,00;mensuel;2026-01-15;\n"
    "helene.bouchard@courriel.example;P-2026-2;1 000,00;une fois;2027-03-01;\n"
    "personne@nulle-part.example;P-2026-3;25;hebdomadaire;2026-01-15;\n"
)


def administrator():
    """The membership of who administers the demo organization; the charities abroad have theirs of the same person."""
    from crm.accounts.models import Membership

    rows = Membership.objects.select_related("organization", "user")
    return rows.get(user__email="admin@demo.test", organization__slug="demo")


def charity(slug: str, fields: dict, *, user, run_jobs: Callable[[], None]) -> None:
    """One organization with a donor, gifts of two years, and receipts: for a gift, for a year, replaced."""
    from django.core.files.base import ContentFile

    from crm.accounts.choices import Role
    from crm.accounts.services import add_member, create_organization
    from crm.contacts.services import create_contact
    from crm.giving.services import record_gift, save_fund
    from crm.management.demo import images
    from crm.receipts.services import email_receipt, issue_annual_receipt, issue_receipt, replace_receipt

    organization = create_organization(slug=slug, **fields)
    if organization.receipt_signing:
        organization.signature.save("signature.png", ContentFile(images.signature()))
    admin = add_member(organization=organization, user=user, role=Role.ADMIN, by=None)
    fund = save_fund(by=admin, code="GEN", name_fr="Fonds général", name_en="General fund", is_default=True)
    donor = create_contact(by=admin, **DONORS[organization.receipt_law])
    last_year = date.today().year - 1

    def give(amount: str, on: date, **more):
        return record_gift(
            contact=donor,
            amount=Decimal(amount),
            received_on=on,
            fund=fund,
            by=admin,
            currency=organization.currency,
            **more,
        )

    give("40.00", date(last_year, 2, 3), method="cash")
    give("310.00", date(last_year, 10, 14), method="check")
    receipt = issue_annual_receipt(donor, year=last_year, by=admin)
    today = date.today()
    alone = issue_receipt(give("500.00", today - timedelta(days=40), method="check"), by=admin)
    replace_receipt(alone, reason="Adresse / address", by=admin)
    give(
        "250.00",
        today - timedelta(days=3),
        method="check",
        advantage=Decimal(60),
        advantage_description="Souper / supper",
    )
    give("120.00", today - timedelta(days=2), method="bank_transfer")
    run_jobs()
    email_receipt(receipt, by=admin)
    run_jobs()


PAGES = tuple(
    (f"{country}_{name}", f"/o/{slug}{address}".replace("{", "{" + country + "_"))
    for country, slug in (("us", "penobscot"), ("fr", "voisins"))
    for name, address in (
        ("settings", "/settings/organization/"),
        ("receipts", "/receipts/"),
        ("receipt", "/receipts/{receipt}/"),
        ("voided", "/receipts/{voided}/"),
        ("replacing", "/receipts/{replacing}/"),
        ("replace", "/receipts/{receipt}/replace/"),
        ("issue", "/receipts/gifts/{gift}/issue/"),
        ("issue_advantage", "/receipts/gifts/{advantage}/issue/"),
        ("annual", "/receipts/contacts/{donor}/annual/?year={year}"),
        ("email", "/receipts/{receipt}/email/"),
        ("void", "/receipts/{receipt}/void/"),
        ("reconciliation", "/receipts/reconciliation/?year={year}"),
    )
)


def furnish(run_jobs: Callable[[], None]) -> None:
    """The two charities, and two files of promises: one to look over, one brought in."""
    from django.core.files.base import ContentFile

    from crm.imports.services import receive_file, start_import

    admin = administrator()
    charity("penobscot", US, user=admin.user, run_jobs=run_jobs)
    charity("voisins", FRANCE, user=admin.user, run_jobs=run_jobs)
    for name in ("promesses-2027.csv", "promesses-2026.csv"):
        file = receive_file(file=ContentFile(PLEDGE_ROWS.encode(), name), name=name, kind="pledges", by=admin)
    start_import(file, by=admin)
    run_jobs()


def numbers() -> dict[str, object]:
    from crm.giving.models import Gift
    from crm.imports.models import ImportFile
    from crm.receipts import links
    from crm.receipts.models import Receipt

    found: dict[str, object] = {
        "pledges_preview": ImportFile.objects.get(name="promesses-2027.csv").pk,
        "pledges_imported": ImportFile.objects.get(name="promesses-2026.csv").pk,
    }
    for country, slug in (("us", "penobscot"), ("fr", "voisins")):
        receipts = Receipt.objects.filter(organization__slug=slug)
        gifts = Gift.objects.filter(organization__slug=slug)
        found |= {
            f"{country}_donor": receipts[0].contact_id,
            f"{country}_year": receipts.get(status="issued", kind="cumulative").said.gift_year,
            f"{country}_receipt": receipts.get(status="issued", kind="cumulative").pk,
            f"{country}_voided": receipts.get(status="replaced").pk,
            f"{country}_replacing": receipts.get(status="issued", replaces__isnull=False).pk,
            f"{country}_gift": gifts.get(amount="120").pk,
            f"{country}_advantage": gifts.get(amount="250").pk,
        }
    found["link_void"] = links.address_of(found["fr_voided"], "fr").partition("/r/file/")[2].rstrip("/")
    return found
