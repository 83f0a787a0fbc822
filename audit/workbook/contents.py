"""Which part of a workbook holds which sheet, as its own relations say.

The three small parts that say so are read with a full XML parser: a comment, a prefix or an odd spelling
must not lead to another sheet than the one that was looked at.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from xml.parsers import expat

from audit.workbook.remembered import remembered

MAIN = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
"""The namespaces of sheets: of the usual form of the standard, and of the strict one."""
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
    """Where things are in a workbook; parts by name, in small letters.

    Attributes:
        sheets: the part of each worksheet by its title, in the workbook's order.
        strings: the part of the shared texts, which need not be there.
        styles: the part of the styles, likewise.
        from_1904: whether its days are counted from 1904.
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
        part: gives the bytes of a part by its name in small letters; None if there is none.

    Raises:
        DeclaresEntities: one of the parts could declare entities.
        KeyError: a part that is needed is missing.
        ShownOtherwise: two programs could find other sheets in it.
        ValueError: a part is not well-formed.
    """
    top = part("_rels/.rels")
    main = _only(_related(top, ""), "officeDocument") if top is not None else _WORKBOOK
    related = _related(part(f"{posixpath.dirname(main)}/_rels/{posixpath.basename(main)}.rels"), main)
    elements = _within(_needed(part(main), main), MAIN, "workbook")
    if [path for path, _ in elements].count("sheets") != 1:
        raise ShownOtherwise("it has no list of sheets, or more than one")
    epochs = [given.get("date1904", "") for path, given in elements if path == "workbookPr"]
    if len(set(epochs)) > 1:
        raise ShownOtherwise("it says twice from when its days are counted")
    return Contents(
        sheets=_sheets([given for path, given in elements if path == "sheets/sheet"], related),
        strings=_only(related, "sharedStrings"),
        styles=_only(related, "styles"),
        from_1904=bool({"1", "true"}.intersection(epochs)),
    )


def _sheets(listed: Iterable[Mapping[str, str]], related: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """The part of each worksheet by its title; a part is read once, however often it is listed."""
    sheets: dict[str, str] = {}
    parts: dict[str, str] = {}
    for given in listed:
        title = given.get("name", "")[:_LONGEST_TITLE]
        kind, target = related.get(_relation_of(given), ("", ""))
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
    found: dict[str, tuple[str, str]] = {}
    for path, given in _within(content, (_PACKAGE,), "Relationships") if content is not None else ():
        if path != "Relationship":
            continue
        base, _, kind = given.get("Type", "").rpartition("/")
        inside = base in _OFFICE and given.get("TargetMode", "Internal") == "Internal"
        if given.get("Id", "") in found:
            raise ShownOtherwise("two of its relations have the same id")
        found[given.get("Id", "")] = (kind if inside else "", _target(source, given.get("Target", "")))
    return found


def _only(related: Mapping[str, tuple[str, str]], kind: str) -> str:
    """The target of the relation of a kind; empty if there is none."""
    targets = {target for found, target in related.values() if found == kind}
    if len(targets) > 1:
        raise ShownOtherwise(f"it has two parts of the kind {kind}")
    return next(iter(targets), "")


def related_parts(part: Callable[[str], bytes | None], source: str) -> list[tuple[str, str]]:
    """Kind and target of each relation of a part; none if it has no relations.

    Args:
        part: gives the bytes of a part by its name in small letters; None if there is none.
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


def _relation_of(given: Mapping[str, str]) -> str:
    """The relation of a sheet; a strict workbook has another namespace for it."""
    return next((given[name] for space in _OFFICE if (name := f"{space} id") in given), "")


def parse(content: bytes) -> list[Element]:
    """Every element of a small part: its name without namespace, and its attributes.

    Raises:
        DeclaresEntities: it could declare entities.
        ValueError: it is not well-formed.
    """
    found: list[Element] = []
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = lambda name, given: found.append((name.rpartition(" ")[2], given))
    _run(parser, content)
    return found


@remembered
def _within(content: bytes, spaces: Collection[str], root: str) -> Sequence[Element]:
    """The elements of a small part that are of one of its namespaces: each by its path below the root, and its attributes.

    Raises:
        DeclaresEntities: it could declare entities.
        ShownOtherwise: the part is not of the kind that it should be.
        ValueError: it is not well-formed.
    """
    found: list[Element] = []
    path: list[str] = []

    def start(tag: str, given: Mapping[str, str]) -> None:
        space, _, name = tag.rpartition(" ")
        if not path and (name != root or space not in spaces):
            raise ShownOtherwise("its list of parts is not marked as such")
        path.append(name if space in spaces else tag)
        found.append(("/".join(path[1:]), given))

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler = start, lambda _: path.pop()
    _run(parser, content)
    return found


def _run(parser: expat.XMLParserType, content: bytes) -> None:
    parser.StartDoctypeDeclHandler = refuse_declarations
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise ValueError(str(error)) from error


def refuse_declarations(*_declared: object) -> None:
    """For a parser to call where a document type declaration begins.

    Raises:
        DeclaresEntities: always.
    """
    raise DeclaresEntities
