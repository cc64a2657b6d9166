"""Which bytes are these? UTF-8, UTF-16 with its mark or Windows-1252 for certain, else a refusal that says why.

Nothing is guessed. UTF-8 is tried strictly over the whole file first: other text practically never passes for it.
Windows-1252 takes what is left, unless the bytes show that it cannot be that either.
"""

import codecs
import re
import zipfile
from collections.abc import Iterator
from itertools import chain
from typing import BinaryIO, NamedTuple

from crm.imports.problems import FileProblem, NoRows, NotATable, TooLarge, WrongEncoding

MEGABYTE = 1024 * 1024
MAX_MEGABYTES = 50
HEAD = 8192

SIGNATURES = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "file_old_office"),
    (b"%PDF", "file_pdf"),
    (b"\x89PNG", "file_image"),
    (b"\xff\xd8\xff", "file_image"),
    (b"GIF8", "file_image"),
    (b"II*\x00", "file_image"),
    (b"MM\x00*", "file_image"),
    (b"\x1f\x8b", "file_zip"),
    (b"7z\xbc\xaf\x27\x1c", "file_zip"),
    (b"Rar!\x1a\x07", "file_zip"),
    (b"BZh", "file_zip"),
    (b"\xfd7zXZ\x00", "file_zip"),
    (b"{\\rtf", "file_word"),
    (b"SQLite format 3\x00", "file_binary"),
)
MARKUP = re.compile(
    rb"\s*(?:(<!doctype\s+html|<html|<table|<head|<body)|<\?xml|<!--|[{\[]\s*[\"{\[]|BEGIN:VCARD)", re.IGNORECASE
)
CONTROL = bytes(set(range(0x20)) - set(b"\t\n\r\x0b\x0c\x1a\x1b"))
SEQUENCE = re.compile(rb"[\xc2-\xf4][\x80-\xbf]{1,3}")
HIGH = bytes(range(0x80, 0x100))
# Five bytes mean nothing in Windows-1252. The others are signs and capitals that no word has between two small letters,
# and that old Macintosh (é is 8E) and DOS (é is 82) use for accents.
UNDEFINED = b"\x81\x8d\x8f\x90\x9d"
FOREIGN = b"\x82\x83\x84\x86\x87\x88\x89\x8a\x8b\x8e\x98"
NOT_CP1252 = re.compile(rb"[%b]|(?<=[a-z])[%b](?=[a-z])" % (UNDEFINED, FOREIGN))


class Encoding(NamedTuple):
    codec: str  # a Python codec that neither expects nor writes a byte-order mark
    bom: int  # bytes to skip at the start
    size: int  # of the file, in bytes


def detect(fileobj: BinaryIO) -> Encoding:
    """Read the whole file once, in pieces, and tell its encoding; raises :class:`FileProblem` for what is not text."""
    fileobj.seek(0, 2)
    size = fileobj.tell()
    if size == 0:
        raise NoRows("file_empty")
    if size > MAX_MEGABYTES * MEGABYTE:
        raise TooLarge("file_too_large", limit=MAX_MEGABYTES)
    fileobj.seek(0)
    head = fileobj.read(HEAD)
    _refuse_other_kinds(fileobj, head)
    for mark, codec in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if head.startswith(mark):
            _check_utf16(fileobj, codec)
            return Encoding(codec, len(mark), size)
    if len(head.translate(None, CONTROL)) < len(head) * 0.95 and b"\0" not in head:
        raise NotATable("file_binary")
    bom = len(codecs.BOM_UTF8) if head.startswith(codecs.BOM_UTF8) else 0
    problem = _first_break(fileobj)
    if problem is None:
        return Encoding("utf-8", bom, size)
    if bom:
        raise problem
    _check_cp1252(fileobj, problem)
    return Encoding("cp1252", 0, size)


def _refuse_other_kinds(fileobj: BinaryIO, head: bytes) -> None:
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        raise NotATable(kind_of_zip(fileobj))
    for signature, code in SIGNATURES:
        if head.startswith(signature):
            raise NotATable(code)
    if (head.startswith(b"RIFF") and head[8:12] == b"WEBP") or head[4:8] == b"ftyp":
        raise NotATable("file_image")
    markup = MARKUP.match(head.removeprefix(codecs.BOM_UTF8))
    if markup:
        raise NotATable("file_web_page" if markup[1] else "file_markup")


def kind_of_zip(fileobj: BinaryIO) -> str:
    """Only the directory of the archive is read: nothing is unpacked, so nothing can blow up."""
    try:
        with zipfile.ZipFile(fileobj) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return "file_zip"
    if any(name.startswith("xl/") for name in names):
        return "file_excel"
    if any(name.startswith("word/") for name in names):
        return "file_word"
    if "content.xml" in names or any(name.endswith(".iwa") for name in names):
        return "file_spreadsheet"
    return "file_zip"


def _pieces(fileobj: BinaryIO, size: int = MEGABYTE) -> Iterator[bytes]:
    fileobj.seek(0)
    while piece := fileobj.read(size):
        yield piece


def _first_break(fileobj: BinaryIO) -> FileProblem | None:
    """Where the file stops being UTF-8, if it does. A NUL byte ends it at once."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    lines = 0
    problem = None
    for piece in _pieces(fileobj):
        if b"\0" in piece:
            raise WrongEncoding("file_nul", line=lines + _line_ends(piece[: piece.index(b"\0")]) + 1)
        if problem is None:
            try:
                decoder.decode(piece)
            except UnicodeDecodeError as error:
                problem = WrongEncoding("file_damaged_utf8", line=lines + _line_ends(error.object[: error.start]) + 1)
        lines += _line_ends(piece)
    if problem is None:
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            problem = WrongEncoding("file_damaged_utf8", line=lines + 1)
    return problem


def _line_ends(piece: bytes) -> int:
    """Old Macintosh files end their lines with a lone carriage return."""
    return piece.count(b"\n") or piece.count(b"\r")


def _check_cp1252(fileobj: BinaryIO, broken_utf8: FileProblem) -> None:
    """Refuse UTF-8 with a few bad bytes, and Mac or DOS text: read as Windows-1252 every accent would turn to signs."""
    sequences = strays = lines = 0
    unknown = None
    for piece in _pieces(fileobj):
        strays += len(piece) - len(piece.translate(None, HIGH))
        for sequence in SEQUENCE.findall(piece):
            if _is_utf8(sequence):
                sequences += 1
                strays -= len(sequence)
        # A look at the bare bytes first: the pattern costs twenty times more.
        may_be_foreign = len(piece.translate(None, UNDEFINED + FOREIGN)) < len(piece)
        if unknown is None and may_be_foreign and (found := NOT_CP1252.search(piece)):
            line = lines + _line_ends(piece[: found.start()]) + 1
            unknown = WrongEncoding("file_unknown_encoding", line=line, byte=f"0x{found[0][0]:02X}")
        lines += _line_ends(piece)
    if sequences > strays:
        raise broken_utf8
    if unknown is not None:
        raise unknown


def _is_utf8(sequence: bytes) -> bool:
    try:
        sequence.decode()
    except UnicodeDecodeError:
        return False
    return True


def _check_utf16(fileobj: BinaryIO, codec: str) -> None:
    decoder = codecs.getincrementaldecoder(codec)()
    lines = 0
    for piece in chain(_pieces(fileobj), [b""]):
        try:
            text = decoder.decode(piece, final=not piece)
        except UnicodeDecodeError:
            raise WrongEncoding("file_bad_utf16", line=lines + 1) from None
        if "\0" in text:
            raise WrongEncoding("file_nul", line=lines + text[: text.index("\0")].count("\n") + 1)
        lines += text.count("\n")
