"""Opens the zip file of a workbook: its kind, its parts within safe limits, and which part holds which sheet.

- A file that is no workbook is named in words that its sender knows, with what to send instead.
- Parts are unpacked one by one, only when needed, and no further than the limits here.
- The three small parts that say where the sheets are, are read with a full XML parser: a comment, a prefix or an odd
  spelling must not lead to another sheet than the one that was checked.
- The time of the last change is the one that the workbook states. The file system has only that of a copy or download.
- Results from small parts are remembered: thousands of forms are written by the same program.
"""

from __future__ import annotations

import datetime as dt
import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, wraps
from typing import ParamSpec, TypeVar
from xml.parsers import expat

from audit.problems import Problem, UnusableFile

MOST_BYTES = 20 * 1024 * 1024
"""The largest file that is read."""
MOST_INFLATED = 80 * 1024 * 1024
"""The most bytes that all parts of a file may unpack to; a return unpacks to 0.4 MB."""
MOST_READ = 32 * 1024 * 1024
"""The most bytes that the parts that are read may unpack to, together."""
MOST_CONTENTS = 1024 * 1024
"""The most bytes that a part may unpack to that only says where the others are."""
MOST_PARTS = 500

UNPACKING = (
    LookupError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OSError,
    zipfile.BadZipFile,
    zlib.error,
)
"""What Python's own modules raise for a damaged or false file."""
NO_PROMISE = "Ask for the workbook again, or start from a fresh blank form."


def refused(file: str, what: str, fix: str = NO_PROMISE) -> UnusableFile:
    """The error for a file that is not read at all."""
    return UnusableFile([Problem(where=file, what=what, fix=fix)])


def check_start(data: bytes, file: str) -> None:
    """Refuses a file that is no zip file, or is too large, before it is opened.

    Raises:
        UnusableFile: the file is refused.
    """
    if not data:
        raise refused(file, "The file is empty.")
    if len(data) > MOST_BYTES:
        what = f"The file has {len(data) / 1e6:.0f} MB; a return has far less than {MOST_BYTES // 2**20} MB."
        raise refused(file, what, "Remove pictures and added sheets, and send it again.")
    if kind := kind_by_start(data):
        raise refused(file, *kind)
    if data.count(b"PK\1\2") > MOST_PARTS:  # counted before the directory is read, which takes memory for each part
        raise _too_large(file)


def _too_large(file: str) -> UnusableFile:
    limits = f"{MOST_INFLATED // 2**20} MB or {MOST_PARTS} parts"
    return refused(file, f"The workbook unpacks to more than {limits}, which no return does.")


class Parts:
    """The parts of a zip file, by name in lower case.

    Raises:
        UnusableFile: the file is locked, is no workbook, has macros, names a place outside of itself, or would unpack
            to more than any return.
    """

    def __init__(self, package: zipfile.ZipFile, file: str) -> None:
        entries = package.infolist()
        self._package, self._file, self._read = package, file, 0
        self._entries = {entry.filename.replace("\\", "/").lstrip("/").lower(): entry for entry in entries}
        if any(entry.flag_bits & 1 for entry in entries):
            raise refused(file, *LOCKED)
        if kind := kind_by_parts(self._entries.keys()):
            raise refused(file, *kind)
        if len(entries) > MOST_PARTS or sum(entry.file_size for entry in entries) > MOST_INFLATED:
            raise _too_large(file)
        if any(".." in part.split("/") for part in self._entries):
            raise refused(file, "A part of the workbook names a place outside of it, which Excel never writes.")
        if len(self._entries) < len(entries):
            raise refused(file, "The workbook holds two parts of the same name.")

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __contains__(self, part: str) -> bool:
        return part in self._entries

    def small(self, part: str) -> bytes | None:
        """A part that only says where others are; None if there is none of that name."""
        return self.get(part, MOST_CONTENTS) if part in self else None

    def get(self, part: str, most: int = MOST_READ) -> bytes:
        """One part. It is unpacked no further than the directory says, since the directory may lie.

        Raises:
            KeyError: there is none of that name.
            NotImplementedError: it is compressed in a way that spreadsheet programs never use.
            UnusableFile: it unpacks to more than the limit, or to more than the directory says.
        """
        entry = self._entries[part]
        self._read += entry.file_size
        if entry.file_size > most or self._read > MOST_READ:
            limit = min(most, MOST_READ) // 2**20
            raise refused(self._file, f"A part that is to be read unpacks to more than {limit} MB.")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise NotImplementedError
        with self._package.open(entry) as stream:
            content = stream.read(entry.file_size + 1)
        if len(content) > entry.file_size:
            raise refused(self._file, "The workbook's directory states false sizes.")
        return content

    def glimpse(self, part: str, most: int = MOST_CONTENTS) -> bytes | None:
        """A part that holds no answers; None if it is missing, is larger than ``most`` or cannot be unpacked."""
        entry = self._entries.get(part)
        if entry is None or entry.file_size > most or self._read + entry.file_size > MOST_READ:
            return None
        try:
            return self.get(part, most)
        except (UnusableFile, *UNPACKING):
            return None


Kind = tuple[str, str]
"""What the file is, and what its sender should do."""

SEND_XLSX = "Open it in Excel or LibreOffice, save it as an Excel workbook (.xlsx), and send that."
_SEND_FORM = "Send the workbook (.xlsx) that was filled in."
_UNPACK = "Unpack it, and send each workbook (.xlsx) in it by itself."
_UNLOCK = "In Excel choose File, Info, Protect Workbook, Encrypt with Password, clear the password, and save."
LOCKED: Kind = ("The file is locked with a password.", _UNLOCK)
_WEB_PAGE: Kind = ("This is a web page, not a workbook.", SEND_XLSX)
_ARCHIVE: Kind = ("This is a compressed archive, not a workbook.", _UNPACK)

_STARTS: tuple[tuple[tuple[bytes, ...], Kind], ...] = (
    ((b"<!doctype html", b"<html", b"<head", b"<body", b"<table", b"mime-version:"), _WEB_PAGE),
    ((b"%pdf",), ("This is a PDF, not a workbook.", "Send the .xlsx file that it was printed from.")),
    ((b"{\\rtf",), ("This is a text document (.rtf), not a workbook.", _SEND_FORM)),
    ((b"rar!", b"7z\xbc\xaf", b"\x1f\x8b"), _ARCHIVE),
)
_OLE = b"\xd0\xcf\x11\xe0"
_OLE_STREAMS: tuple[tuple[str, Kind], ...] = (
    ("EncryptedPackage", LOCKED),
    ("WordDocument", ("This is an old Word document (.doc), not a workbook.", _SEND_FORM)),
    ("PowerPoint Document", ("This is an old PowerPoint file (.ppt), not a workbook.", _SEND_FORM)),
    ("__substg1.0", ("This is an e-mail message, not a workbook.", "Save the workbook that is attached, and send it.")),
)
_TEXTS: tuple[tuple[tuple[bytes, ...], Kind], ...] = (
    ((b"docs.google.com", b'"doc_id"'), (
        "This is only a link to a Google Sheet; the answers are not in it.",
        "In Google Sheets choose File, Download, Microsoft Excel (.xlsx), and send that.",
    )),
    ((b"urn:schemas-microsoft-com:office:spreadsheet",), (
        "This is an XML spreadsheet of 2003, not an Excel workbook.", SEND_XLSX,
    )),
    ((b"oasis:names:tc:opendocument",), (
        "This is an OpenDocument file (.fods), not an Excel workbook.", SEND_XLSX,
    )),
    ((b"<html",), _WEB_PAGE),
)  # fmt: skip


def kind_by_start(data: bytes) -> Kind | None:
    """What a file is that is no zip file, by its first bytes; None if it is a zip file."""
    if data.startswith(b"PK"):
        return None
    if data.startswith(_OLE):
        streams = (kind for name, kind in _OLE_STREAMS if name.encode("utf-16-le") in data)
        return next(streams, ("This is an old Excel file (.xls), whatever its name.", SEND_XLSX))
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for starts, kind in _STARTS:
        if head.startswith(starts):
            return kind
    if b"\0" in head and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "This is not an Excel workbook.", _SEND_FORM
    named = (kind for words, kind in _TEXTS if any(word in head for word in words))
    return next(named, ("This is plain text or CSV, not a workbook.", SEND_XLSX))


def kind_by_parts(names: Collection[str]) -> Kind | None:
    """What a zip file is, by the names of its parts in lower case; None if it may be a workbook."""
    if "mimetype" in names or "content.xml" in names:
        return "This is an OpenDocument file (.ods), not an Excel workbook.", SEND_XLSX
    if any(name.endswith(".iwa") for name in names):
        return "This is a Numbers document.", "In Numbers choose File, Export To, Excel, and send that file."
    if any(name.endswith("vbaproject.bin") or name.startswith("xl/macrosheets/") for name in names):
        return "The workbook holds macros, which are never read or run.", SEND_XLSX
    if "xl/workbook.bin" in names:
        return "This is a binary workbook (.xlsb).", SEND_XLSX
    if "word/document.xml" in names:
        return "This is a Word document (.docx), not a workbook.", _SEND_FORM
    if "ppt/presentation.xml" in names:
        return "This is a PowerPoint file (.pptx), not a workbook.", _SEND_FORM
    if "xl/workbook.xml" in names:
        return None
    if any(name.endswith(".xlsx") for name in names):
        return "This is a zip file with workbooks in it, whatever its name.", _UNPACK
    return "This is a zip file without a workbook in it.", _SEND_FORM


PART = "docprops/core.xml"
"""The part with the properties of a workbook, in lower case like all names of parts here."""
STAMP = dt.datetime(2026, 1, 1)
"""What the product writes instead of the time, so that the same audit gives the same bytes. It tells no time."""
_FIRST_YEAR = 2007
"""No workbook of this format is older. Programs that do not know the time write the start of their own count."""
_MOST = 64 * 1024  # bytes; programs write less than 1,024
_MODIFIED = re.compile(rb"<(?:[A-Za-z][\w.-]{0,30}:)?modified(?:\s[^<>]{0,300})?>\s*([0-9T:.Z+-]{10,40})\s*</")


def modified_at(content: bytes | None) -> dt.datetime | None:
    """When a workbook was last changed (UTC, without a zone); None if it does not say, or if the product wrote it.

    The part is searched, not parsed as XML: a wrong time can do no more than make another return of the school count.

    Args:
        content: the bytes of the part with the properties of the workbook; None if it has none.
    """
    match = _MODIFIED.search(content[:_MOST]) if content else None
    if match is None:
        return None
    try:
        at = dt.datetime.fromisoformat(match[1].decode("ascii"))
        if at.tzinfo is not None:
            at = at.astimezone(dt.UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None
    return None if at == STAMP or at.year < _FIRST_YEAR else at


P = ParamSpec("P")
T = TypeVar("T")

_LARGEST = 16 * 1024
"""The largest part, in bytes, whose result is remembered; those of a form have a quarter of it."""
_MOST_REMEMBERED = 64


def remembered(function: Callable[P, T]) -> Callable[P, T]:
    """Makes a function remember its last results for small parts and texts; exceptions are never remembered.

    Nobody may change a result afterwards.
    """
    cached = lru_cache(maxsize=_MOST_REMEMBERED)(function)

    @wraps(function)
    def small_or_not(*args: P.args, **named: P.kwargs) -> T:
        is_small = sum(len(value) for value in args if isinstance(value, (bytes, str))) <= _LARGEST
        return cached(*args, **named) if is_small else function(*args, **named)  # type: ignore[arg-type]

    return small_or_not


MAIN = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
"""The namespaces of sheets: in the usual form of the standard, and in the strict form."""
_WORKBOOK = "xl/workbook.xml"
_OFFICE = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "http://purl.oclc.org/ooxml/officeDocument/relationships",
)
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_LONGEST_TITLE = 100  # Excel allows 31 characters
Element = tuple[str, Mapping[str, str]]


class DeclaresEntities(ValueError):
    """A part has a document type declaration, with which entities could be declared."""


@dataclass(frozen=True, kw_only=True)
class Contents:
    """Which part of a workbook holds what; parts are named in lower case.

    Attributes:
        sheets: the part of each worksheet by its title, in the order of the workbook.
        strings: the part of the shared texts; it need not exist.
        styles: the part of the styles; it need not exist.
        from_1904: whether dates are counted from 1904.
    """

    sheets: Mapping[str, str]
    strings: str
    styles: str
    from_1904: bool


class ShownOtherwise(ValueError):
    """Two programs could show a part differently; the text says why."""


def read_contents(part: Callable[[str], bytes | None]) -> Contents:
    """The contents of a workbook.

    Args:
        part: returns the bytes of a part by its name in lower case; None if there is none.

    Raises:
        DeclaresEntities: one of the parts could declare entities.
        KeyError: a part that is needed is missing.
        ShownOtherwise: two programs could find other sheets in it.
        ValueError: a part is not well-formed.
    """
    top = part("_rels/.rels")
    main = _only_target(_related(top, ""), "officeDocument") if top is not None else _WORKBOOK
    related = _related(part(f"{posixpath.dirname(main)}/_rels/{posixpath.basename(main)}.rels"), main)
    elements = _within(_needed(part(main), main), MAIN, "workbook")
    if [path for path, _ in elements].count("sheets") != 1:
        raise ShownOtherwise("it has no list of sheets, or more than one")
    epochs = [attributes.get("date1904", "") for path, attributes in elements if path == "workbookPr"]
    if len(set(epochs)) > 1:
        raise ShownOtherwise("it says twice from when its days are counted")
    return Contents(
        sheets=_sheets([attributes for path, attributes in elements if path == "sheets/sheet"], related),
        strings=_only_target(related, "sharedStrings"),
        styles=_only_target(related, "styles"),
        from_1904=bool({"1", "true"}.intersection(epochs)),
    )


def _sheets(listed: Iterable[Mapping[str, str]], related: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """The part of each worksheet by its title; a part that is listed twice is read once."""
    sheets: dict[str, str] = {}
    parts: dict[str, str] = {}
    for attributes in listed:
        title = attributes.get("name", "")[:_LONGEST_TITLE]
        kind, target = related.get(_relation_of(attributes), ("", ""))
        if not kind.endswith("sheet"):
            raise ShownOtherwise(f'the sheet "{title}" is listed and not there')
        if kind != "worksheet":
            continue
        if parts.setdefault(title.casefold(), target) != target:
            raise ShownOtherwise(f'two of its sheets have the name "{title}"')
        if target not in sheets.values():
            sheets[title] = target
    return sheets


def _needed(content: bytes | None, name: str) -> bytes:
    if content is None:
        raise KeyError(name)
    return content


@remembered
def _related(content: bytes | None, source: str) -> Mapping[str, tuple[str, str]]:
    """Kind and target of each relation of a part, by its id; none if it has no relations."""
    relations: dict[str, tuple[str, str]] = {}
    for path, attributes in _within(content, (_PACKAGE,), "Relationships") if content is not None else ():
        if path != "Relationship":
            continue
        base, _, kind = attributes.get("Type", "").rpartition("/")
        inside = base in _OFFICE and attributes.get("TargetMode", "Internal") == "Internal"
        if attributes.get("Id", "") in relations:
            raise ShownOtherwise("two of its relations have the same id")
        relations[attributes.get("Id", "")] = (kind if inside else "", _target(source, attributes.get("Target", "")))
    return relations


def _only_target(related: Mapping[str, tuple[str, str]], kind: str) -> str:
    """The target of the relation of a kind; empty if there is none."""
    targets = {target for its_kind, target in related.values() if its_kind == kind}
    if len(targets) > 1:
        raise ShownOtherwise(f"it has two parts of the kind {kind}")
    return next(iter(targets), "")


def related_parts(part: Callable[[str], bytes | None], source: str) -> list[tuple[str, str]]:
    """Kind and target of each relation of a part; none if it has no relations.

    Args:
        part: returns the bytes of a part by its name in lower case; None if there is none.
        source: the name of the part.

    Raises:
        DeclaresEntities: the relations could declare entities.
        ValueError: they are not well-formed.
    """
    content = part(f"{posixpath.dirname(source)}/_rels/{posixpath.basename(source)}.rels")
    return list(_related(content, source).values())


def _target(source: str, target: str) -> str:
    path = posixpath.join("/", posixpath.dirname(source), target.replace("\\", "/"))
    return posixpath.normpath(path).lstrip("/").lower()


def _relation_of(attributes: Mapping[str, str]) -> str:
    """The id of the relation of a sheet; a strict workbook has another namespace for it."""
    return next((attributes[name] for space in _OFFICE if (name := f"{space} id") in attributes), "")


def parse_small_part(content: bytes) -> list[Element]:
    """Every element of a small part: its name without namespace, and its attributes.

    Raises:
        DeclaresEntities: it could declare entities.
        ValueError: it is not well-formed.
    """
    elements: list[Element] = []
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = lambda name, attributes: elements.append((name.rpartition(" ")[2], attributes))
    _run(parser, content)
    return elements


@remembered
def _within(content: bytes, spaces: Collection[str], root: str) -> Sequence[Element]:
    """Every element of a small part: its path below the root, and its attributes. Foreign ones keep their namespace.

    Raises:
        DeclaresEntities: it could declare entities.
        ShownOtherwise: the part is not of the kind that it should be.
        ValueError: it is not well-formed.
    """
    elements: list[Element] = []
    path: list[str] = []

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        space, _, name = tag.rpartition(" ")
        if not path and (name != root or space not in spaces):
            raise ShownOtherwise("its list of parts is not marked as such")
        path.append(name if space in spaces else tag)
        elements.append(("/".join(path[1:]), attributes))

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler = start, lambda _: path.pop()
    _run(parser, content)
    return elements


def _run(parser: expat.XMLParserType, content: bytes) -> None:
    parser.StartDoctypeDeclHandler = refuse_declarations
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise ValueError(str(error)) from error


def refuse_declarations(*_declared: object) -> None:
    """The handler that a parser calls where a document type declaration begins.

    Raises:
        DeclaresEntities: always.
    """
    raise DeclaresEntities
