"""What an organization still lacks before it may issue official receipts."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from crm.accounts.choices import Currency, ReceiptLaw

DONE, PARTLY, MISSING = "done", "partly", "missing"


@dataclass(frozen=True)
class Requirement:
    """One thing the law asks of the charity. ``field`` is where it is filled in; ``state`` how far it is."""

    label: object
    field: str
    state: str
    note: object = ""


# What the law asks of the charity, in its order. Canada: Income Tax Regulations, s. 3501(1): (a) name and address as recorded,
# (b) registration number, (d) place of issue, which is its own item (Okafor v. The Queen, 2018 TCC 31), (i) signature. United
# States: 26 U.S.C. 170(f)(8) asks for the name only; donors look for the EIN. France: form 11580, “Cerfa”, of 2023.
NEEDED = {
    ReceiptLaw.CANADA: (
        "legal_name", "address", "registration_number", "receipt_place", "signatory_name", "signature",
    ),
    ReceiptLaw.UNITED_STATES: ("legal_name", "registration_number"),
    ReceiptLaw.FRANCE: (
        "legal_name", "address", "registration_number", "purpose", "legal_status", "signatory_name", "signature",
    ),
}  # fmt: skip
LABELS = {
    "legal_name": _("Legal name, as registered"),
    "address": _("Address, as registered"),
    "receipt_place": _("Place of issue"),
    "purpose": _("Purpose of the organization"),
    "legal_status": _("Kind of organization in tax law"),
    "registration_number": _("Charity registration number"),
    "signatory_name": _("Name of the person who signs"),
    "signature": _("Signature image"),
}
BILINGUAL = ("legal_name", "address", "receipt_place")  # a receipt is written in the donor’s language
ONLY_FRENCH = _("Only in French: receipts in English will carry the French text.")
ONLY_ENGLISH = _("Only in English: receipts in French will carry the English text.")
SIGNED_BY_HAND = _("Without it, each receipt must be printed and signed by hand.")
EVERYDAY_NAME = _("Until it is given, receipts carry the everyday name.")


def _bilingual(organization, label, name: str) -> Requirement:
    french, english = getattr(organization, f"{name}_fr"), getattr(organization, f"{name}_en")
    if french and (english or organization.receipt_law == ReceiptLaw.FRANCE):  # whose receipts are in French only
        return Requirement(label, f"{name}_fr", DONE)
    if french:
        return Requirement(label, f"{name}_en", PARTLY, ONLY_FRENCH)
    if english:
        return Requirement(label, f"{name}_fr", PARTLY, ONLY_ENGLISH)
    if name == "legal_name" and organization.name:
        return Requirement(label, "legal_name_fr", PARTLY, EVERYDAY_NAME)
    return Requirement(label, f"{name}_fr", MISSING)


def _requirement(organization, name: str) -> Requirement:
    if name in BILINGUAL:
        return _bilingual(organization, LABELS[name], name)
    if getattr(organization, name):
        return Requirement(LABELS[name], name, DONE)
    if name == "signature":
        return Requirement(LABELS[name], name, PARTLY, SIGNED_BY_HAND)
    return Requirement(LABELS[name], name, MISSING)


def receipt_requirements(organization) -> list[Requirement]:
    """The checklist “Ready to issue official receipts”, in the order of the law."""
    law = ReceiptLaw(organization.receipt_law)
    found = [_requirement(organization, name) for name in NEEDED[law]]
    if organization.currency != law.currency:
        note = _("Receipts are for gifts in this currency only: %(name)s.") % {"name": Currency(law.currency).label}
        found.append(Requirement(_("Currency"), "currency", PARTLY, note))
    return found


def is_ready_for_receipts(organization) -> bool:
    """Nothing the law asks is missing; a text in one language only, or a signature by hand, is still allowed."""
    return all(requirement.state != MISSING for requirement in receipt_requirements(organization))
