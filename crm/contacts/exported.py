"""The list of contacts as it leaves: what the screen shows and, beside it, what it takes to correct it and send it back."""

from django.utils.functional import keep_lazy_text
from django.utils.translation import gettext_lazy as _

from crm.contacts.choices import Kind
from crm.contacts.models import Contact
from crm.contacts.tables import ContactTable
from crm.core.web import tables


class CountryColumn(tables.Column):
    def export(self, record: Contact, name: str) -> str:
        return str(record.country.code or "")


class OwnerEmailColumn(tables.Column):
    def export(self, record: Contact, name: str) -> str:
        return record.owner.user.email if record.owner_id else ""


@keep_lazy_text
def capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


EDITABLE = (
    "honorific", "first_name", "middle_name", "last_name", "suffix", "organization_name", "job_title", "email", "phone",
    "address_line1", "address_line2", "city", "province", "postal_code",
)  # fmt: skip


LABELS = {"last_name": _("Last name")}  # « Nom de famille »: the whole name is already « Nom »


def _said(name: str) -> tables.Column:
    """Headed as on the screen: the word of the field with a capital, in the language of whoever takes the list out."""
    label = LABELS.get(name) or capitalised(Contact._meta.get_field(name).verbose_name)
    return tables.Column(verbose_name=label, accessor=name, orderable=False)


class ContactExportTable(ContactTable):
    """The number of the contact finds it again, whatever was corrected (the importer knows every one of these headers).

    It is there whichever columns were chosen: without it, a file sent back would make everybody a second time.
    """

    number = tables.Column(verbose_name=_("Merci number"), accessor="pk", orderable=False)
    external = tables.Column(verbose_name=_("External number"), accessor="external_id", orderable=False)
    kind = tables.ChoiceColumn(verbose_name=_("Person or organization"), choices=Kind, orderable=False)
    country = CountryColumn(verbose_name=_("Country"), orderable=False)
    owner_email = OwnerEmailColumn(
        verbose_name=_("E-mail of the responsible person"), needs=("owner__user",), accessor="owner", orderable=False
    )
    for _name in EDITABLE:
        locals()[_name] = _said(_name)
    del _name

    reads = ()  # whole rows: an export shows nearly all of them

    def _choose(self, asked: list[str]) -> dict:
        return super()._choose(["number", *asked] if asked else asked)

    class Meta:
        sequence = ("number", "external", "kind", *EDITABLE, "country", "owner_email", "...")
