"""Zip archives as somebody else made them: their files inflated in memory, one at a time, within bounds."""

from __future__ import annotations

import struct
import zipfile
import zlib
from typing import IO, NamedTuple

from audit.workbook.parts import MOST_BYTES

MOST_MEMBERS = 50_000
"""Files in an archive: twice the schools of England."""
MOST_UNPACKED = 4 * 1024**3
"""Bytes that all its files may unpack to: 25,000 returns take 1.5 GB. More costs time, not memory."""
MOST_SHRUNK = 100
"""How many times its packed size a file may have: a workbook is packed already and shrinks by a tenth, a bomb a thousandfold."""
_SMALL = 1024**2
"""Bytes up to which it does not matter how far a file shrank."""
_AT_ONCE = 8 * 1024**2
"""Bytes that are read at once: room for the directory of that many files, whatever the archive says of its length."""
_READ = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""The ways of packing that are opened: the others can ask for gigabytes before the first byte."""
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
"""What `zipfile` raises for bytes that are no sound archive."""


class Fault(NamedTuple):
    """Why a file is not read, and the remedy; the file's name makes a `Problem` of it."""

    what: str
    fix: str


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


class _Bounded:
    """A file for `zipfile`, which would take the whole directory into memory however long it is said to be."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.seek, self.tell, self.seekable, self.close = stream.seek, stream.tell, stream.seekable, stream.close

    def read(self, size: int = -1) -> bytes:
        if size > _AT_ONCE:
            raise zipfile.BadZipFile("too much at once")
        return self._stream.read(size)


def opened(stream: IO[bytes]) -> zipfile.ZipFile | None:
    """The zip archive that a file is; None if it is none, or a damaged one."""
    stream.seek(0)
    if stream.read(2) != b"PK":
        return None
    try:
        return zipfile.ZipFile(_Bounded(stream))  # all that it asks of a file is above
    except _FAULTS:
        return None


def is_office(archive: zipfile.ZipFile) -> bool:
    """Whether an archive is itself an office document, such as a workbook, whatever its name."""
    return not _OFFICE.isdisjoint(archive.namelist())


def name_of(entry: zipfile.ZipInfo) -> str:
    """The name of a file in an archive.

    A name that is not marked as UTF-8 counts as code page 437, by the format. Many programs write UTF-8 without the
    mark: where the bytes of such a name are UTF-8, they are read so. Names in code page 437 with letters beyond ASCII
    hardly ever are.
    """
    if entry.flag_bits & _UTF8 or entry.filename.isascii():
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return entry.filename


def too_much(archive: zipfile.ZipFile) -> Fault | None:
    """Why an archive is not opened at all, by what its directory says."""
    entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    return _TOO_MUCH if len(entries) > MOST_MEMBERS or unpacked > MOST_UNPACKED else None


def unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes | Fault:
    """One file of an archive, inflated no further than the directory says: the directory may lie."""
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
