"""Where returns come from: files, folders and zip archives, each file's bytes or the problem that stands in their place.

What a file is, its bytes decide and its name only where bytes do not tell: a return that somebody renamed is
read, and what is no workbook is called what it is by `audit.workbook`. Nothing is ever extracted to disk.
"""

from __future__ import annotations

import io
import os
import re
import zipfile
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, TypeAlias

from audit.intake import archives
from audit.intake.archives import Fault
from audit.intake.names import Once, points_outside, shown, within
from audit.intake.passed_over import is_left_behind, is_passed_over
from audit.problems import Problem
from audit.workbook.parts import MOST_BYTES


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """One file that was found.

    Attributes:
        file: its path as one printable line, different from every other of the same search; within an archive
            ``returns.zip/folder/Hilltop.xlsx``.
        data: its bytes; none if there is a problem.
        problem: why it is not read.
    """

    file: str
    data: bytes = b""
    problem: Problem | None = None


_Found: TypeAlias = tuple[str, bytes | Fault]

_NONE_HERE = Fault("There is no workbook in it.", "Check that it is the one with the schools' returns.")
_MISSING = Fault("There is no file or folder of this name.", "Check the name, and put quotation marks around spaces.")
_SPECIAL = Fault("This is no ordinary file.", "Give the workbook itself.")
_TOO_LARGE = Fault(
    f"The file has more than {MOST_BYTES // 2**20} MB; a return has far less.",
    "Remove pictures and added sheets, and send it again.",
)
_NO_ARCHIVE = Fault(
    "The zip archive is damaged, incomplete, or none at all.",
    "Make it again, or give the workbooks themselves.",
)
_NESTED = Fault(
    "This is a zip archive within another, which is not opened.", "Unpack it, and put its workbooks beside the others."
)
_OUTSIDE = Fault(
    "Its name in the archive is a place outside of the archive, which no ordinary zip program writes.",
    "Ask who made the archive for the workbook itself, and give that.",
)
_OWN_WORKBOOK = "Send the audit's own workbook (.xlsx), filled in."
_BY_NAME = {
    suffix: fault
    for suffixes, fault in {
        ".numbers": Fault(
            "This is an Apple Numbers file, not an Excel workbook.",
            "In Numbers choose File, Export To, Excel, and send that.",
        ),
        ".gsheet": Fault(
            "This is a link to a Google Sheet, not the sheet itself.",
            "In Google Sheets choose File, Download, Microsoft Excel (.xlsx), and send that.",
        ),
        ".doc .docx .odt .pages .rtf": Fault("This is a text document, not a workbook.", _OWN_WORKBOOK),
        ".gif .heic .jpeg .jpg .png .tif .tiff": Fault("This is a picture, not a workbook.", _OWN_WORKBOOK),
        ".eml .msg": Fault("This is an e-mail, not a workbook.", "Save the workbook that is attached, and give that."),
        ".7z .gz .rar .tar": Fault(
            "This is an archive of a kind that is not opened.", "Unpack it, and give the folder, or a .zip of it."
        ),
    }.items()
    for suffix in suffixes.split()
}
"""What a file is called by its name, because its bytes do not tell."""


def find(
    paths: Iterable[str | Path], *, leave_out: Collection[Path] = (), skipped: list[str] | None = None
) -> Iterator[Source]:
    """Every file at these paths, one at a time, folders and archives in the order of their names.

    Args:
        paths: files, folders (searched with all that is in them) and zip archives.
        leave_out: files that are known to be something else, such as the register.
        skipped: is given the name of each file that a program left behind, which is passed over.
    """
    told = [] if skipped is None else skipped
    return _named(found for path in _places(paths, leave_out, told) for found in _file(path, told))


def how_many(paths: Iterable[str | Path], *, leave_out: Collection[Path] = ()) -> int:
    """How many sources `find` will give, if no archive hides under another name: for a bar that shows how far it is."""
    return sum(map(_number, _places(paths, leave_out, [])))


def of_uploads(uploads: Iterable[tuple[str, bytes]], *, skipped: list[str] | None = None) -> Iterator[Source]:
    """The same of files as a web page gives them: name and bytes.

    Args:
        uploads: the files.
        skipped: is given the name of each file that a program left behind, which is passed over.
    """
    told = [] if skipped is None else skipped
    return _named(
        found
        for name, data in uploads
        if not _skips(name, told)
        for found in _content(within(name) or "file without a name", io.BytesIO(data), len(data), told)
    )


def _skips(name: str, skipped: list[str]) -> bool:
    """Whether one of the folders of a path, or the file, was left behind by a program; it is noted."""
    last = next((part for part in re.split(r"[\\/]+", name) if is_left_behind(part)), "")
    if last:
        skipped.append(last)
    return bool(last)


def _named(found: Iterable[_Found]) -> Iterator[Source]:
    """What was found, under names that can be shown and told apart."""
    once = Once()
    for name, content in found:
        file = once(shown(name))
        if isinstance(content, bytes):
            yield Source(file=file, data=content)
        else:
            yield Source(file=file, problem=Problem(where=file, what=content.what, fix=content.fix))


def _places(paths: Iterable[str | Path], leave_out: Collection[Path], skipped: list[str]) -> Iterator[Path]:
    """Each file once, and each folder that holds none or cannot be searched."""
    seen = {os.path.realpath(path) for path in leave_out}
    for place in (place for path in paths for place in _walked(Path(path), skipped)):
        real = os.path.realpath(place)
        if real not in seen:
            seen.add(real)
            yield place


def _walked(path: Path, skipped: list[str]) -> Iterator[Path]:
    if not os.path.isdir(path):
        if not (os.path.exists(path) and _skips(path.name, skipped)):
            yield path
        return
    unreadable: list[OSError] = []
    is_empty = True
    for folder, folders, files in os.walk(path, onerror=unreadable.append):
        folders[:] = sorted(name for name in folders if not is_passed_over(name))
        skipped.extend(sorted(filter(is_left_behind, files)))
        for name in sorted(name for name in files if not is_passed_over(name)):
            is_empty = False
            yield Path(folder, name)
    yield from [Path(error.filename) for error in unreadable] or ([path] if is_empty else [])


def _file(path: Path, skipped: list[str]) -> Iterator[_Found]:
    """What is found in one of these places."""
    name = path.as_posix()
    try:
        if os.path.isdir(path):
            os.scandir(path).close()  # if it cannot be searched, this says why
            yield name, _NONE_HERE
        elif not os.path.isfile(path):
            yield name, _SPECIAL if os.path.exists(path) else _MISSING
        else:
            with path.open("rb") as stream:
                yield from _content(name, stream, os.fstat(stream.fileno()).st_size, skipped)
    except OSError as error:
        yield name, _cannot_be_opened(error)


def _number(path: Path) -> int:
    if path.suffix.lower() != ".zip" or not os.path.isfile(path):
        return 1
    try:
        with path.open("rb") as stream:
            archive = archives.opened(stream)
            if archive is None or archives.is_office(archive) or archives.too_much(archive):
                return 1
            return max(1, len(_entries(archive, [])))
    except OSError:
        return 1


def _cannot_be_opened(error: OSError) -> Fault:
    return Fault(
        f"It cannot be opened: {error.strerror or error}.", "Check that you may open it, and that it is there."
    )


def _content(name: str, stream: IO[bytes], size: int, skipped: list[str], *, packed: bool = False) -> Iterator[_Found]:
    """A file's bytes, or those of the files in it if it is an archive; ``packed`` in one, it is not opened."""
    suffix = PurePosixPath(name).suffix.lower()
    if suffix in _BY_NAME:
        yield name, _BY_NAME[suffix]
        return
    archive = archives.opened(stream)
    if archive is not None and not archives.is_office(archive):
        yield from [(name, _NESTED)] if packed else _members(name, archive, skipped)
    elif archive is None and suffix == ".zip":
        yield name, _NO_ARCHIVE
    elif size > MOST_BYTES:
        yield name, _TOO_LARGE
    else:
        stream.seek(0)
        yield name, stream.read(MOST_BYTES + 1)


def _members(name: str, archive: zipfile.ZipFile, skipped: list[str]) -> Iterator[_Found]:
    """The files of an archive, in the order of their names."""
    fault, entries = archives.too_much(archive), _entries(archive, skipped)
    if fault or not entries:
        yield name, fault or _NONE_HERE
        return
    for entry in entries:
        own = archives.name_of(entry)
        inner = f"{name}/{within(own)}"
        content = _OUTSIDE if points_outside(own) else archives.unpacked(archive, entry)
        if isinstance(content, bytes):
            yield from _content(inner, io.BytesIO(content), len(content), skipped, packed=True)
        else:
            yield inner, content


def _entries(archive: zipfile.ZipFile, skipped: list[str]) -> list[zipfile.ZipInfo]:
    """The files of an archive that somebody meant to put in, in the order of their names."""
    meant = []
    for entry in (entry for entry in archive.infolist() if not entry.is_dir()):
        parts = within(archives.name_of(entry)).split("/")
        if any(map(is_left_behind, parts)):
            skipped.append(parts[-1])
        elif not any(map(is_passed_over, parts)):
            meant.append(entry)
    return sorted(meant, key=archives.name_of)
