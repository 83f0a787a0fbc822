"""The texts that the cells of a workbook share: how long they are, and that every program finds the same in them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from math import inf
from xml.parsers import expat

from audit.workbook.contents import MAIN, ShownOtherwise
from audit.workbook.worksheet_xml import HoldsTooMuch, parse

TEXT = rb"[^<]*+"
"""A text as programs spell one, in a part that `is_text`."""
_HELD = bytes({*range(32, 256), *b"\t\n\r"})
_NAMED = (b"amp;", b"lt;", b"gt;", b"quot;", b"apos;")
_NUMBERED = re.compile(rb"#(?:9|1[03]|3[2-9]|[4-9][0-9]|[1-9][0-9]{2,3}|[1-4][0-9]{4}|1[0-9]{5});")
"""A character as programs refer to one that they do not spell."""
_PLAIN_TEXTS = re.compile(
    rb"(?:<\?xml [^<>&]*\?>\s*)?+<sst xmlns=\"(?:%s)\"(?: count=\"[0-9]{1,9}\")?(?: uniqueCount=\"([0-9]{1,9})\")?>"
    rb"(?:<si>(?:<t(?: xml:space=\"preserve\")?>%s</t>|<t/>)</si>|<si/>)*+</sst>\s*"
    % (b"|".join(re.escape(space.encode()) for space in MAIN), TEXT)
)
"""Shared texts without formatting, in which every ``</si>`` is the end of a text."""
_SHARED = re.compile(rb' t="s" ?><v>([0-9]{1,9})</v>')
"""A cell that holds a shared text, as spreadsheet programs spell it."""
_PARENTS = {
    "si": ("sst",),
    "t": ("si", "r", "rPh"),
    "r": ("si",),
    "rPh": ("si",),
    "phoneticPr": ("si",),
    "rPr": ("r",),
}


def is_text(content: bytes) -> bool:
    """Whether the bytes of a part, searched for what they spell, are text in UTF-8 that every parser takes."""
    if b"]" in content and b"]]>" in content:  # a text may not hold it, and one byte is sought faster than three
        return False
    if content.translate(None, _HELD) or not _refers_plainly(content):
        return False
    if content.isascii():
        return True
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return b"\xef" not in content or b"\xef\xbf" not in content  # two of the characters that begin so are none


def _refers_plainly(content: bytes) -> bool:
    """Whether what follows each ampersand names a character as programs do."""
    at = content.find(b"&") + 1
    while at and (content.startswith(_NAMED, at) or _NUMBERED.match(content, at)):
        at = content.find(b"&", at) + 1
    return not at


def longest_text(content: bytes) -> int:
    """At most so many bytes has the longest of the shared texts.

    Raises:
        DeclaresEntities: the part could declare entities.
        HoldsTooMuch: it states more texts than it can hold, and a reader would make room for them.
        ShownOtherwise: two programs could show its texts differently.
        ValueError: it is not well-formed, or does not hold shared texts.
    """
    plain = _PLAIN_TEXTS.fullmatch(content)
    if plain and int(plain[1] or 0) <= len(content) and is_text(content) and _in_utf_8(content):
        return max(map(len, content.split(b"</si>")))
    found = _Texts(content)
    parse(found.parser, content)
    if found.differs:
        raise ShownOtherwise(found.differs)
    return max((after - before for before, after in pairwise(found.ends)), default=0)


def written_out(texts: bytes, sheets: Sequence[bytes], number: int) -> float:
    """Bytes that the shared texts take up, written out in every cell that holds one; infinite if that is not plain to see.

    Args:
        texts: the part of the shared texts.
        sheets: the sheets.
        number: how many of their cells hold one, at most.
    """
    used = [int(place) for sheet in sheets for place in _SHARED.findall(sheet)]
    lengths = [len(text) for text in texts.split(b"</si>")] if _PLAIN_TEXTS.fullmatch(texts) else []
    if len(used) != number or max(used, default=0) >= len(lengths):
        return inf
    return sum(lengths[place] for place in used)


def _in_utf_8(content: bytes) -> bool:
    declaration = content.partition(b"?>")[0].lower() if content.startswith(b"<?xml") else b""
    return b"encoding" not in declaration or b'encoding="utf-8"' in declaration


class _Texts:
    """The shared texts while they are parsed.

    Attributes:
        ends: the byte before the first text, and that after each.
        differs: why two programs could show them differently; empty if they cannot.
    """

    def __init__(self, content: bytes) -> None:
        self.ends, self.differs = [0], ""
        self._bytes, self._path, self._space = len(content), list[str](), ""
        self._held: set[str] = set()
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler, self.parser.EndElementHandler = self._start, self._end

    def _start(self, tag: str, given: dict[str, str]) -> None:
        space, _, name = tag.rpartition(" ")
        self._path.append(name)
        if len(self._path) == 1:
            self._begin(name, space, given)
            return
        if self._path[1] == "extLst" and name != "si":  # what only some programs know, and none shows in a cell
            return
        parent = self._path[-2]
        if parent != "rPr" and (space != self._space or parent not in _PARENTS.get(name, ())):
            self.differs = self.differs or f"the tag {name[:40]} stands where programs expect none, in the shared texts"
        if name == "si":
            self._held = set()
        elif parent == "si" and name in ("t", "r"):
            if "t" in self._held or (name == "t" and self._held):
                self.differs = self.differs or "one of the shared texts is two"
            self._held.add(name)

    def _begin(self, name: str, space: str, given: dict[str, str]) -> None:
        if name != "sst":
            raise ValueError(name)
        self._space = space
        if space not in MAIN:
            self.differs = "the shared texts are not marked as such"
        stated = given.get("uniqueCount", "0")
        if not stated.isdecimal() or int(stated) > self._bytes:
            raise HoldsTooMuch

    def _end(self, tag: str) -> None:
        self._path.pop()
        if tag.endswith("si"):
            self.ends.append(self.parser.CurrentByteIndex)
