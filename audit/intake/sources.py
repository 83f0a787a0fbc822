"""Finds the files with returns in files, folders, zip archives and uploads, each with its bytes or with a problem.

The bytes decide what a file is, and its name only where the bytes do not show it: a return that somebody renamed is
read, and `audit.workbook.read` says what a file is that is no workbook.

Other people make the zip archives. Their files are unpacked in memory, one at a time and within limits; nothing is ever
extracted to disk.

The names of files appear on pages, in CSV files and in what is sent to schools. So each name is one printable line, and
no two files of a search have the same name.

Files that programs leave behind and nobody sends are skipped wherever they are, and are reported once.
"""

from __future__ import annotations

import io
import os
import re
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, NamedTuple, TypeAlias

from audit.english import first_and_more, plural
from audit.problems import Problem
from audit.workbook.safety.contents import MOST_BYTES


class Fault(NamedTuple):
    """Why a file is not read, and what to do; with the name of the file it becomes a `Problem`."""

    what: str
    fix: str


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundFile:
    """One file that the search found.

    Attributes:
        file: its path as one printable line, different from every other of the same search; within an archive
            ``returns.zip/folder/Hilltop.xlsx``.
        data: its bytes; empty if there is a problem.
        problem: why it is not read.
    """

    file: str
    data: bytes = b""
    problem: Problem | None = None


_LEFT_BEHIND = re.compile(
    r"(?i)~\$.*|\._.*|\.~lock\..*#|__MACOSX|\.DS_Store|Thumbs\.db(?::.*)?|ehthumbs\.db|desktop\.ini|Icon[\r\n\uf00d]*|"
    r"\.Spotlight-V100|\.Trashes|\.fseventsd|\$RECYCLE\.BIN"
)
"""Lock files of Office and LibreOffice, files that macOS writes for each file and folder, thumbnails, folder settings.

macOS calls the file with a folder's icon ``Icon`` and a carriage return, which other systems show as U+F00D or not at all.
"""
_IN_FOLDERS = re.compile(r"(?i)\..*|readme|.*\.(?:txt|md|log|ini|db|lnk|url)")
"""Other files in folders and archives that are nobody's return: hidden files, notes, shortcuts."""
_NAMED = 5
"""How many skipped files the sentence about them names."""
_LONGEST = 200
"""Characters of a name that are shown; most systems allow 255 bytes for a file, an archive allows 65,535."""
MOST_MEMBERS = 50_000
"""Most files in an archive: twice the number of schools in England."""
MOST_UNPACKED = 4 * 1024**3
"""Most bytes that all files of an archive may unpack to: 25,000 returns take 1.5 GB. More costs time, not memory."""
MOST_SHRUNK = 100
"""How many times its packed size a file may have. A workbook is already packed and shrinks by a tenth; a zip bomb
shrinks a thousandfold."""
_SMALL = 1024**2
"""Up to this many bytes, `MOST_SHRUNK` does not matter."""
_AT_ONCE = 8 * 1024**2
"""Most bytes that are read at once: enough for the directory of `MOST_MEMBERS` files. The archive may state any length."""
_READ = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""The compression methods that are read: the others can need gigabytes of memory before the first byte."""
_LOCKED, _UTF8 = 0x1, 0x800
_OFFICE = frozenset({"[Content_Types].xml", "xl/workbook.xml", "mimetype", "content.xml"})
_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OverflowError,
    OSError,
)
"""What `zipfile` raises for bytes that are no valid archive."""
_AGAIN = "Make the archive again from the folder of returns, or give the folder itself."
_TOO_MUCH = Fault(
    f"The archive holds more than {MOST_MEMBERS:,} files, or more than {MOST_UNPACKED // 1024**3} GB.",
    "Give the returns in several archives, or as a folder.",
)
_TOO_LARGE = Fault(
    f"The file unpacks to more than {MOST_BYTES // 2**20} MB; a return has far less.",
    "Remove pictures and added sheets, and send it again.",
)
_BOMB = Fault(f"The file unpacks to more than {MOST_SHRUNK} times its size, which no workbook does.", _AGAIN)
_WITH_PASSWORD = Fault("The archive has locked this file with a password.", "Make the archive again without one.")
_ODDLY_PACKED = Fault(
    "The archive has packed this file in a way that is not read.",
    "Make it again as an ordinary zip, as Windows and macOS do.",
)
_DAMAGED = Fault("The archive is damaged here: this file cannot be unpacked, or its stated size is false.", _AGAIN)
_Item: TypeAlias = tuple[str, bytes | Fault]
"""The name of a file, and its bytes or why it is not read."""
_NONE_HERE = Fault("There is no workbook in it.", "Check that it is the one with the schools' returns.")
_MISSING = Fault("There is no file or folder of this name.", "Check the name, and put quotation marks around spaces.")
_SPECIAL = Fault("This is no ordinary file.", "Give the workbook itself.")
_FILE_TOO_LARGE = Fault(
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
"""Faults by the ending of a file's name, for files whose bytes do not show what they are."""


def find(
    paths: Iterable[str | Path], *, leave_out: Collection[Path] = (), skipped: list[str] | None = None
) -> Iterator[FoundFile]:
    """Finds every file at these paths, one at a time; those in folders and archives in the order of their names.

    Args:
        paths: files, folders (with everything in them) and zip archives.
        leave_out: files that are known to be something else, such as the register.
        skipped: a list to which the name of each skipped file, which a program left behind, is added.
    """
    names = [] if skipped is None else skipped
    return _named(item for path in _places(paths, leave_out, names) for item in _file(path, names))


def of_uploads(uploads: Iterable[tuple[str, bytes]], *, skipped: list[str] | None = None) -> Iterator[FoundFile]:
    """Finds the files in uploads of a web page, as `find` does at paths.

    Args:
        uploads: the name and the bytes of each uploaded file.
        skipped: a list to which the name of each skipped file, which a program left behind, is added.
    """
    names = [] if skipped is None else skipped
    return _named(
        item
        for name, data in uploads
        if not _skips(name, names)
        for item in _content(within(name) or "file without a name", io.BytesIO(data), len(data), names)
    )


def how_many(paths: Iterable[str | Path], *, leave_out: Collection[Path] = ()) -> int:
    """How many files `find` will find, for a progress bar; an archive under another name counts as one file."""
    return sum(map(_number, _places(paths, leave_out, [])))


def passed_over_in_words(names: Sequence[str]) -> str:
    """One sentence about the files that were skipped; empty if there are none."""
    if not names:
        return ""
    shown = list(dict.fromkeys(printable_name(name.rstrip("\r\n")) for name in names))
    sentence = f"{plural(len(names), 'file')} passed over, which programs leave behind and no school sends"
    return f"{sentence}: {first_and_more(shown, _NAMED)}."


def _places(paths: Iterable[str | Path], leave_out: Collection[Path], skipped: list[str]) -> Iterator[Path]:
    """Each file once, and each folder that has no files or cannot be searched."""
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


def _skips(name: str, skipped: list[str]) -> bool:
    """Whether a program left the file, or a folder of its path, behind; then its name is added to ``skipped``."""
    left_behind = next((part for part in re.split(r"[\\/]+", name) if is_left_behind(part)), "")
    if left_behind:
        skipped.append(left_behind)
    return bool(left_behind)


def _file(path: Path, skipped: list[str]) -> Iterator[_Item]:
    """The files at one of these places."""
    name = path.as_posix()
    try:
        if os.path.isdir(path):
            os.scandir(path).close()  # raises the reason if the folder cannot be searched
            yield name, _NONE_HERE
        elif not os.path.isfile(path):
            yield name, _SPECIAL if os.path.exists(path) else _MISSING
        else:
            with path.open("rb") as stream:
                yield from _content(name, stream, os.fstat(stream.fileno()).st_size, skipped)
    except OSError as error:
        yield name, _not_opened(error)


def _not_opened(error: OSError) -> Fault:
    return Fault(
        f"It cannot be opened: {error.strerror or error}.", "Check that you may open it, and that it is there."
    )


def _content(name: str, stream: IO[bytes], size: int, skipped: list[str], *, packed: bool = False) -> Iterator[_Item]:
    """The bytes of a file; for an archive, those of its files. An archive in an archive (``packed``) is not opened."""
    suffix = PurePosixPath(name).suffix.lower()
    if suffix in _BY_NAME:
        yield name, _BY_NAME[suffix]
        return
    archive = open_archive(stream)
    if archive is not None and not is_office(archive):
        yield from [(name, _NESTED)] if packed else _members(name, archive, skipped)
    elif archive is None and suffix == ".zip":
        yield name, _NO_ARCHIVE
    elif size > MOST_BYTES:
        yield name, _FILE_TOO_LARGE
    else:
        stream.seek(0)
        yield name, stream.read(MOST_BYTES + 1)


def _members(name: str, archive: zipfile.ZipFile, skipped: list[str]) -> Iterator[_Item]:
    """The files of an archive, in the order of their names."""
    fault, entries = too_much(archive), _entries(archive, skipped)
    if fault or not entries:
        yield name, fault or _NONE_HERE
        return
    for entry in entries:
        path = entry_name(entry)
        inner = f"{name}/{within(path)}"
        content = _OUTSIDE if points_outside(path) else unpacked(archive, entry)
        if isinstance(content, bytes):
            yield from _content(inner, io.BytesIO(content), len(content), skipped, packed=True)
        else:
            yield inner, content


def _entries(archive: zipfile.ZipFile, skipped: list[str]) -> list[zipfile.ZipInfo]:
    """The files of an archive that are not skipped, in the order of their names."""
    entries = []
    for entry in (entry for entry in archive.infolist() if not entry.is_dir()):
        parts = within(entry_name(entry)).split("/")
        if any(map(is_left_behind, parts)):
            skipped.append(parts[-1])
        elif not any(map(is_passed_over, parts)):
            entries.append(entry)
    return sorted(entries, key=entry_name)


def _named(items: Iterable[_Item]) -> Iterator[FoundFile]:
    """The files, with names that can be shown and that are all different."""
    once = Once()
    for name, content in items:
        file = once(printable_name(name))
        if isinstance(content, bytes):
            yield FoundFile(file=file, data=content)
        else:
            yield FoundFile(file=file, problem=Problem(where=file, what=content.what, fix=content.fix))


def _number(path: Path) -> int:
    if path.suffix.lower() != ".zip" or not os.path.isfile(path):
        return 1
    try:
        with path.open("rb") as stream:
            archive = open_archive(stream)
            if archive is None or is_office(archive) or too_much(archive):
                return 1
            return max(1, len(_entries(archive, [])))
    except OSError:
        return 1


def open_archive(stream: IO[bytes]) -> zipfile.ZipFile | None:
    """Opens a file as a zip archive; None if it is no archive, or a damaged one."""
    stream.seek(0)
    if stream.read(2) != b"PK":
        return None
    try:
        return zipfile.ZipFile(_Bounded(stream))  # it has every method that `zipfile` calls
    except _FAULTS:
        return None


class _Bounded:
    """A file for `zipfile`, which would read the whole directory into memory, whatever length the archive states."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.seek, self.tell, self.seekable, self.close = stream.seek, stream.tell, stream.seekable, stream.close

    def read(self, size: int = -1) -> bytes:
        if size > _AT_ONCE:
            raise zipfile.BadZipFile("too much at once")
        return self._stream.read(size)


def is_office(archive: zipfile.ZipFile) -> bool:
    """Whether an archive is an office document, such as a workbook, whatever its name."""
    return not _OFFICE.isdisjoint(archive.namelist())


def too_much(archive: zipfile.ZipFile) -> Fault | None:
    """Why an archive is not opened at all, by its directory; None if it may be opened."""
    entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    return _TOO_MUCH if len(entries) > MOST_MEMBERS or unpacked > MOST_UNPACKED else None


def unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes | Fault:
    """One file of an archive, unpacked no further than the directory says: the directory may be false."""
    if entry.flag_bits & _LOCKED:
        return _WITH_PASSWORD
    if entry.compress_type not in _READ:
        return _ODDLY_PACKED
    if entry.file_size > MOST_BYTES:
        return _TOO_LARGE
    if entry.file_size > max(_SMALL, entry.compress_size * MOST_SHRUNK):
        return _BOMB
    try:
        with archive.open(entry) as stream:
            return b"".join(iter(lambda: stream.read(_SMALL), b""))
    except _FAULTS:
        return _DAMAGED


def entry_name(entry: zipfile.ZipInfo) -> str:
    """The name of a file in an archive.

    By the format, a name that is not marked as UTF-8 is in code page 437. But many programs write UTF-8 without the
    mark. So a name is read as UTF-8 if its bytes are valid UTF-8; those of a name in code page 437 with letters beyond
    ASCII hardly ever are.
    """
    if entry.flag_bits & _UTF8 or entry.filename.isascii():
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return entry.filename


def printable_name(name: str) -> str:
    """A name as one printable line: unprintable characters become U+FFFD, and a very long name loses its middle.

    Line breaks are not printable, nor are bytes that are no text, nor the marks that change the direction of writing:
    with these, one name can be made to look like another.
    """
    if not name.isprintable():
        name = "".join(c if c.isprintable() else " " if c.isspace() else "\ufffd" for c in name)
    half = _LONGEST // 2 - 1
    return name if len(name) <= _LONGEST else f"{name[:half]}…{name[-half:]}"


def within(name: str) -> str:
    """A name from an archive or an upload as a path inside the folder: no drive, no root, no step upward."""
    parts = re.split(r"[\\/]+", re.sub(r"^[A-Za-z]:", "", name))
    return "/".join(part for part in parts if part not in ("", ".", ".."))


def points_outside(name: str) -> bool:
    """Whether a name in an archive points outside the folder that the archive would be unpacked in."""
    return bool(re.match(r"[\\/]|[A-Za-z]:", name)) or ".." in re.split(r"[\\/]+", name)


class Once:
    """Makes names unique: the second of two equal names gets ``(2)``."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def __call__(self, name: str) -> str:
        """The name, with a number if it has been used before."""
        self._counts[name] += 1
        number = self._counts[name]
        return name if number == 1 else self(f"{name} ({number})")


def is_left_behind(name: str) -> bool:
    """Whether programs leave files or folders of this name behind."""
    return _LEFT_BEHIND.fullmatch(name) is not None


def is_passed_over(name: str) -> bool:
    """Whether a file or folder of this name, in a folder or an archive, is skipped because it is nobody's return."""
    return is_left_behind(name) or _IN_FOLDERS.fullmatch(name) is not None
