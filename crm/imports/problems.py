"""What can be wrong with a file, a row or a cell, as data: a code and its facts, said in the reader's language.

Results are kept as ``(code, params)`` and never as sentences, so that the same run reads in French for one colleague
and in English for the next.
"""

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from crm.core.errors import DomainError
from crm.core.money import format_number

MESSAGES = {
    # --- the whole file -------------------------------------------------------------------------------------------
    "file_empty": _("The file is empty."),
    "file_too_large": _("The file is larger than %(limit)s MB. Split it and send the parts one after the other."),
    "file_excel": _("This is an Excel file. In Excel choose “Save as”, then “CSV UTF-8”, and send that file."),
    "file_workbook_damaged": _(
        "This Excel file cannot be opened: it is damaged. Open it in Excel, save it again, and send it."
    ),
    "file_workbook_locked": _("This Excel file is protected by a password. Save it without one, and send it again."),
    "file_unpacked_too_large": _(
        "Unpacked, this Excel file would be larger than %(limit)s MB. Keep only the sheet to import, or save it as CSV."
    ),
    "file_old_office": _(
        "This is an old Excel or Word file. Open it, choose “Save as”, then “CSV UTF-8”, and send that file."
    ),
    "file_spreadsheet": _(
        "This is a spreadsheet. Open it, save it as CSV with the UTF-8 character set, and send that file."
    ),
    "file_word": _("This is a Word document. Put the table in a spreadsheet, save it as CSV, and send that file."),
    "file_zip": _("This is a compressed archive. Open it and send the CSV file that is inside."),
    "file_pdf": _("This is a PDF. Ask the system it comes from for a CSV export, and send that file."),
    "file_image": _("This is a picture. Send a CSV file with one row per record."),
    "file_web_page": _(
        "This is a web page, even if its name ends in .xls or .csv. Open it in a spreadsheet and save it as CSV."
    ),
    "file_markup": _("This file is not a table. Send a CSV file with one row per record."),
    "file_binary": _("This file does not hold text. Send a CSV file, saved from a spreadsheet."),
    "file_nul": _(
        "Line %(line)s holds NUL bytes: the file is damaged, or is UTF-16 without its mark. Save it again as “CSV "
        "UTF-8”."
    ),
    "file_damaged_utf8": _(
        "Line %(line)s holds bytes that are not UTF-8, in a file that otherwise is. Save it again as “CSV UTF-8”."
    ),
    "file_bad_utf16": _("The UTF-16 text of the file breaks off at line %(line)s. Save it again as “CSV UTF-8”."),
    "file_unknown_encoding": _(
        "Line %(line)s holds a character (byte %(byte)s) that is neither UTF-8 nor Windows-1252: the file may come "
        "from an old Macintosh or from DOS. Save it again as “CSV UTF-8”."
    ),
    "file_no_header": _("Line %(line)s holds data, and not the names of the columns. Add a first line with the names."),
    "file_no_rows": _("The file has the names of its columns and no row below them."),
    "file_too_many_rows": _("The file has more than %(limit)s rows. Split it and send the parts one after the other."),
    "file_too_many_columns": _("The file has %(found)s columns; %(limit)s are allowed."),
    "file_line_too_long": _("Line %(line)s is too long to be a row of a table. Is this really a CSV file?"),
    "file_unclosed_quote": _(
        "A quotation mark opened on line %(line)s is never closed: it swallows the rest of the file. Close it or "
        "remove it."
    ),
    # --- a row ----------------------------------------------------------------------------------------------------
    "row_too_few_cells": _("This row has fewer cells than the header (%(found)s instead of %(expected)s)."),
    "row_too_many_cells": _(
        "This row has more cells than the header (%(found)s instead of %(expected)s). A text that holds the separator "
        "needs quotation marks."
    ),
    "row_stray_quote": _(
        "A quotation mark seems to be missing or misplaced: this row runs over %(lines)s lines of the file."
    ),
    "row_cell_too_long": _("A cell of this row is longer than %(limit)s characters."),
    "contact_ambiguous": _(
        "%(count)s contacts fit this row. Add their external number, or an e-mail with the full name."
    ),
    "contact_number_unknown": _("No contact has the Merci number %(text)s. Was this file exported from here?"),
    "owner_unknown": _("“%(text)s” is not the address of a colleague who works here."),
    "tag_unknown": _("No tag is called “%(text)s”, and you may not add tags. Ask somebody who manages them."),
    "contact_without_name": _("This row has no name and no e-mail address: nobody could find the contact again."),
    "donor_missing": _("This row does not say who gave: add a name, an e-mail or a number."),
    "donor_unknown": _("“%(text)s” is not among your contacts, and you may not add contacts. Ask an administrator."),
    "contact_unknown": _("Nobody here fits “%(text)s”. Import the contact first, or correct what tells it."),
    "contact_name_alone": _("“%(text)s” could be several people: add an e-mail, a number or the postal code."),
    "contact_unsaid": _("This row does not say whom it is about: add a name, an e-mail or a number."),
    "contact_archived": _("%(text)s is archived. Restore the contact first."),
    "pledge_refused": "%(text)s",  # a sentence of the rules of pledges
    "owner_without_tasks": _("The role of %(text)s has no tasks, or does not see this contact."),
    "gift_number_twice": _("The number “%(text)s” is already on an earlier row of this file."),
    "fund_unknown": _("“%(text)s” is not one of your funds. Create it first, or correct the name."),
    "campaign_unknown": _("“%(text)s” is not one of your campaigns. Create it first, or leave this column out."),
    "note_too_long": _(
        "With what is kept of the other columns, the note is too long (%(found)s characters; %(limit)s are allowed)."
    ),
    # --- a row that is none of our business: left out, nothing to correct --------------------------------------------
    "left_total": _("A line of totals."),
    "left_status": _("“%(text)s”: this payment was not received."),
    "left_ticket": _("“%(text)s”: a ticket is not a gift."),
    "left_outgoing": _("Money that went out."),
    "left_movement": _("“%(text)s”: a movement of the account, not a gift."),
    "date_future": _("The date %(text)s is in the future. A gift is recorded once received."),
    "date_closed": _("The books are closed until %(text)s: no gift of those days can be added."),
    # --- a cell ---------------------------------------------------------------------------------------------------
    "required": _("This cell may not be empty."),
    "too_long": _("This text is too long (%(found)s characters; %(limit)s are allowed)."),
    "damaged": _("This text has lost letters (�). Take it again from the original file."),
    "amount": _("“%(text)s” is not an amount."),
    "amount_negative": _("“%(text)s” is negative. Record a refund on the gift itself."),
    "amount_zero": _("The amount is zero."),
    "amount_decimals": _("“%(text)s” has more than two decimals."),
    "amount_ambiguous": _("“%(text)s” can be read as thousands or as decimals. Write it with its cents."),
    "amount_too_large": _("“%(text)s” is too large."),
    "amount_currency": _("“%(text)s” is not in Canadian dollars. Put the currency in a column of its own."),
    "date": _("“%(text)s” is not a date. Write it like 2026-01-31."),
    "date_impossible": _("“%(text)s” does not exist in the calendar."),
    "date_order": _("“%(text)s” can be two dates. Say whether the day or the month comes first."),
    "date_order_conflict": _("“%(text)s” does not follow the order of its column."),
    "date_short_year": _("“%(text)s”: write the year with four digits."),
    "date_year": _("“%(text)s”: the year must be between 1900 and 2100."),
    "date_serial": _(
        "“%(text)s” is the number Excel keeps for a date (%(day)s). Give the column the format yyyy-mm-dd and save "
        "again."
    ),
    "number": _("“%(text)s” is not a number that Merci gave to a contact."),
    "email": _("“%(text)s” is not an e-mail address."),
    "email_several": _("“%(text)s” holds several e-mail addresses. Keep one."),
    "phone": _("“%(text)s” is not a complete phone number. Write it like 819 555-0123."),
    "postal_code": _("“%(text)s” is not a Canadian postal code. It looks like G9A 5H7."),
    "province": _("“%(text)s” is not a province or territory of Canada."),
    "country": _("“%(text)s” is not a country."),
    "language": _("“%(text)s” is not a language of the system: write French or English."),
    "kind": _("“%(text)s” is neither a person nor an organization."),
    "company_size": _("“%(text)s” is not a size of the list."),
    "priority": _("“%(text)s” is not a priority: write low, medium or high."),
    "receipt_preference": _("“%(text)s” is not a receipt preference: write each gift, annual or none."),
    "task_type": _("“%(text)s” is not a type of task: write call, e-mail, thank-you, meeting, follow-up or other."),
    "task_priority": _("“%(text)s” is not a priority: write low, medium, high or urgent."),
    "frequency": _("“%(text)s” is not how often one pays: write once, monthly, quarterly, semi-annual or annual."),
    "own_number": _("“%(text)s” is not a number, or has more than six decimals."),
    "own_choice": _("“%(text)s” is none of the choices of this field."),
    "boolean": _("“%(text)s” is neither yes nor no."),
    "method": _(
        "“%(text)s” is not a known method of payment. Write cheque, cash, credit card, bank transfer, Interac, "
        "payroll, donor-advised fund or other."
    ),
    "type": _("“%(text)s” is not a known type of gift. Write one-time, recurring or special."),
    "status": _("“%(text)s” is not a known status. Write pending, received, failed or refunded."),
    "currency": _("“%(text)s” is not a currency of the system. Write CAD, USD, EUR or GBP."),
}
SHOWN = 60  # characters of a cell that a message repeats


def _told(code: str, params: dict) -> str:
    shown = {}
    for name, value in params.items():
        if isinstance(value, int):
            shown[name] = format_number(value)
        else:
            text = str(value)
            shown[name] = text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
    return str(MESSAGES[code]) % shown


told = lazy(_told, str)
"""``told(code, params)``: the sentence for a stored problem, in the language of whoever reads it."""


class Problem(DomainError):
    """Something a person can put right. ``code`` is a key of :data:`MESSAGES`; ``params`` are the facts it names."""

    def __init__(self, code: str, *, field: str | None = None, **params) -> None:
        super().__init__(told(code, params), field=field, code=code)
        self.params = params


class FileProblem(Problem):
    """The file as a whole is refused; nothing of it may be imported."""

    def __init__(self, code: str, **params) -> None:
        super().__init__(code, field="file", **params)

    @property
    def line(self) -> int | None:
        """The line of the file that shows it, when there is one."""
        return self.params.get("line")


class NotATable(FileProblem):
    """Another kind of file: a workbook, a PDF, a picture, an archive, a web page."""


class WrongEncoding(FileProblem):
    """The bytes are not text in an encoding that can be told for certain."""


class TooLarge(FileProblem):
    """More bytes, rows, columns or characters than one import takes."""


class NoHeader(FileProblem):
    """No line names the columns."""


class NoRows(FileProblem):
    """Empty, or a header with nothing below it."""


class UnclosedQuote(FileProblem):
    """A quotation mark swallows what follows it."""


class RowProblem(Problem):
    """One row cannot be taken; the others can."""


class ValueProblem(Problem):
    """One cell cannot be taken. ``text`` is what it held."""

    def __init__(self, code: str, text: str = "", **params) -> None:
        super().__init__(code, **({"text": text} if text else {}), **params)
        self.text = text
