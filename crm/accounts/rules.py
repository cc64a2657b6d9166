"""What an organization still lacks before it may issue official receipts."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

DONE, PARTLY, MISSING = "done", "partly", "missing"


@dataclass(frozen=True)
class Requirement:
    """One thing the law asks of the charity. ``field`` is where it is filled in; ``state`` how far it is."""

    label: object
    field: str
    state: str
    note: object = ""


# Income Tax Regulations, s. 3501(1): (a) name and address as recorded, (b) registration number, (d) place of issue, which is
# its own item (Okafor v. The Queen, 2018 TCC 31), (i) signature. A receipt is written in the donor's language, hence both.
BILINGUAL = (
    (_("Legal name, as registered"), "legal_name"),
    (_("Address, as recorded with the CRA"), "address"),
    (_("Place of issue"), "receipt_place"),
)
ONLY_FRENCH = _("Only in French: receipts in English will carry the French text.")
ONLY_ENGLISH = _("Only in English: receipts in French will carry the English text.")
EVERYDAY_NAME = _("Until it is given, receipts carry the everyday name.")


def _bilingual(organization, label, name: str) -> Requirement:
    french, english = getattr(organization, f"{name}_fr"), getattr(organization, f"{name}_en")
    if french and english:
        return Requirement(label, f"{name}_fr", DONE)
    if french:
        return Requirement(label, f"{name}_en", PARTLY, ONLY_FRENCH)
    if english:
        return Requirement(label, f"{name}_fr", PARTLY, ONLY_ENGLISH)
    if name == "legal_name" and organization.name:
        return Requirement(label, "legal_name_fr", PARTLY, EVERYDAY_NAME)
    return Requirement(label, f"{name}_fr", MISSING)


def _single(label, field: str, value, note="", otherwise: str = MISSING) -> Requirement:
    return Requirement(label, field, DONE) if value else Requirement(label, field, otherwise, note)


def receipt_requirements(organization) -> list[Requirement]:
    """The checklist “Ready to issue official receipts”, in the order of the law."""
    return [
        *(_bilingual(organization, label, name) for label, name in BILINGUAL[:2]),
        _single(_("Charity registration number"), "registration_number", organization.registration_number),
        _bilingual(organization, *BILINGUAL[2]),
        _single(_("Name of the person who signs"), "signatory_name", organization.signatory_name),
        _single(
            _("Signature image"),
            "signature",
            organization.signature,
            _("Without it, each receipt must be printed and signed by hand."),
            PARTLY,
        ),
    ]


def is_ready_for_receipts(organization) -> bool:
    """Nothing the law asks is missing; a text in one language only, or a signature by hand, is still allowed."""
    return all(requirement.state != MISSING for requirement in receipt_requirements(organization))
