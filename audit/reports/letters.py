"""The letters to many schools: each under a file name that any system takes, all of them as one zip."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from audit.archive import archive
from audit.authority.replying.feedback import Addressed
from audit.english import plural
from audit.problems import Problem
from audit.reports.letter import letter
from audit.reports.letter_settings import LetterSettings

_NOT_WRITTEN = "Letters not written.txt"
_READABLE = 0o644
_LONGEST = 100  # characters; together with a folder's path, Windows takes about 250
# What Windows does not take in a name, what it takes for a device, and marks that reverse how a name reads.
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]+')
_DEVICE = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)")


@dataclass(frozen=True, kw_only=True)
class LetterFile:
    """One letter.

    Attributes:
        name: its file name, unlike that of any other.
        data: the Word document; None if it could not be written.
        problem: why not.
    """

    name: str
    data: bytes | None = None
    problem: Problem | None = None


def letters(items: Iterable[Addressed], settings: LetterSettings) -> Iterator[LetterFile]:
    """Each letter as it is written; one that cannot be written never stops the rest."""
    taken: set[str] = set()
    for item in items:
        name = _unlike(file_name(item.to), taken)
        try:
            yield LetterFile(name=name, data=letter(item.compose(), settings))
        except Exception as error:  # a fault of ours must cost one school its letter, not all of them
            fix = "Write to this school by hand, and report the fault."
            what = f"The letter could not be written ({type(error).__name__})."
            yield LetterFile(name=name, problem=Problem(where=item.to, what=what, fix=fix))


def letters_zip(items: Iterable[Addressed], settings: LetterSettings) -> bytes:
    """The letters as one zip; a text file in it names those that could not be written."""
    files = list(letters(items, settings))
    entries = [(file.name, file.data) for file in files if file.data is not None]
    if problems := [file.problem for file in files if file.problem is not None]:
        lines = [f"{plural(len(problems), 'letter')} could not be written.", *map(str, problems)]
        entries.append((_NOT_WRITTEN, "\r\n".join(lines).encode("utf-8", errors="replace")))
    return archive(entries, mode=_READABLE)


def file_name(to: str) -> str:
    """A name for a Word file that Windows, macOS and Linux take as it is, from the URN and name of a school."""
    name = _FORBIDDEN.sub(" ", unicodedata.normalize("NFC", to))
    name = " ".join(name.split())[:_LONGEST].strip(" .") or "Letter"
    return f"_{name}.docx" if _DEVICE.match(name) else f"{name}.docx"


def _unlike(name: str, taken: set[str]) -> str:
    """The name, with a number if another letter has it: systems do not tell capitals apart."""
    stem, number, found = name.removesuffix(".docx"), 1, name
    while found.casefold() in taken:
        number += 1
        found = f"{stem} ({number}).docx"
    taken.add(found.casefold())
    return found
