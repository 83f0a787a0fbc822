"""Which part of a workbook holds which sheet, as its own relations say.

The three small parts that say so are read with a full XML parser: a comment, a prefix or an odd spelling
must not lead to another sheet than the one that was looked at.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from xml.parsers import expat

_WORKBOOK = "xl/workbook.xml"
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


def read_contents(part: Callable[[str], bytes | None]) -> Contents:
    """The contents of a workbook.

    Args:
        part: gives the bytes of a part by its name in small letters; None if there is none.

    Raises:
        DeclaresEntities: one of the parts could declare entities.
        KeyError: a part that is needed is missing.
        ValueError: a part is not well-formed.
    """
    top = _related(part("_rels/.rels"), "")
    main = next((target for kind, target in top.values() if kind == "officeDocument"), _WORKBOOK)
    related = _related(part(f"{posixpath.dirname(main)}/_rels/{posixpath.basename(main)}.rels"), main)
    first = dict(reversed(related.values()))
    elements = parse(_needed(part(main), main))
    sheets: dict[str, str] = {}
    listed = set()
    for name, given in elements:
        kind, target = related.get(_relation_of(given), ("", "")) if name == "sheet" else ("", "")
        if kind == "worksheet" and target not in listed:  # a part is read once, however often it is listed
            listed.add(target)
            sheets.setdefault(given.get("name", "")[:_LONGEST_TITLE], target)
    epochs = [given.get("date1904", "") for name, given in elements if name == "workbookPr"]
    return Contents(
        sheets=sheets,
        strings=first.get("sharedStrings") or _target(main, "sharedstrings.xml"),
        styles=first.get("styles") or _target(main, "styles.xml"),
        from_1904=any(epoch in ("1", "true") for epoch in epochs),
    )


def _needed(content: bytes | None, name: str) -> bytes:
    if content is None:
        raise KeyError(name)
    return content


def _related(content: bytes | None, source: str) -> dict[str, tuple[str, str]]:
    """Kind and target of each relation of a part, by its id; none if it has no relations."""
    if content is None:
        return {}
    return {
        given.get("Id", ""): (given.get("Type", "").rpartition("/")[2], _target(source, given.get("Target", "")))
        for name, given in parse(content)
        if name == "Relationship"
    }


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
    """The relation of a sheet: the attribute ``id`` of whichever namespace, for a strict workbook has another."""
    return next((value for name, value in given.items() if name.endswith(" id")), "")


def parse(content: bytes) -> list[Element]:
    """Every element of a small part: its name without namespace, and its attributes.

    Raises:
        DeclaresEntities: it could declare entities.
        ValueError: it is not well-formed.
    """
    found: list[Element] = []
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = lambda name, given: found.append((name.rpartition(" ")[2], given))
    parser.StartDoctypeDeclHandler = refuse_declarations
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise ValueError(str(error)) from error
    return found


def refuse_declarations(*_declared: object) -> None:
    """For a parser to call where a document type declaration begins.

    Raises:
        DeclaresEntities: always.
    """
    raise DeclaresEntities
