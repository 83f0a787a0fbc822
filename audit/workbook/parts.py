"""The parts of a file that may be a workbook: unpacked one by one, only when asked for, and no further than is safe."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator

from audit.problems import Problem, UnusableFile
from audit.workbook.kinds import LOCKED, kind_by_parts, kind_by_start

MOST_BYTES = 20 * 1024 * 1024
"""The largest file that is read."""
MOST_INFLATED = 80 * 1024 * 1024
"""The most that all parts of it may unpack to; a return of ours unpacks to 0.4 MB."""
MOST_READ = 32 * 1024 * 1024
"""The most that the parts that are read may unpack to, together."""
MOST_CONTENTS = 1024 * 1024
"""The most that each part may unpack to that only says where the others are."""
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
"""What Python's own modules raise for a file that is not what it says."""
NO_PROMISE = "Ask for the workbook again, or start from a fresh blank form."


def refused(file: str, what: str, fix: str = NO_PROMISE) -> UnusableFile:
    """The error for a file of which nothing is read."""
    return UnusableFile([Problem(where=file, what=what, fix=fix)])


def check_start(data: bytes, file: str) -> None:
    """Refuses what is no zip file, or too large a one, before it is opened.

    Raises:
        UnusableFile: it is.
    """
    if not data:
        raise refused(file, "The file is empty.")
    if len(data) > MOST_BYTES:
        what = f"The file has {len(data) / 1e6:.0f} MB; a return has far less than {MOST_BYTES // 2**20} MB."
        raise refused(file, what, "Remove pictures and added sheets, and send it again.")
    if kind := kind_by_start(data):
        raise refused(file, *kind)
    if data.count(b"PK\1\2") > MOST_PARTS:  # counted before the directory is read, which takes memory for each
        raise _too_large(file)


def _too_large(file: str) -> UnusableFile:
    limits = f"{MOST_INFLATED // 2**20} MB or {MOST_PARTS} parts"
    return refused(file, f"The workbook unpacks to more than {limits}, which no return does.")


class Parts:
    """The parts of a zip file, by name in small letters.

    Raises:
        UnusableFile: it is locked, no workbook, has macros, names a place outside of itself, or would unpack to more than any return.
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
        """One part, unpacked no further than the directory says: the directory may lie.

        Raises:
            KeyError: there is none of that name.
            NotImplementedError: it is packed as spreadsheet programs never do.
            UnusableFile: it unpacks to more than is read, or than the directory says.
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
        """A part that holds no answers; None if it is not there, is larger than this or cannot be unpacked, which harms nothing."""
        entry = self._entries.get(part)
        if entry is None or entry.file_size > most or self._read + entry.file_size > MOST_READ:
            return None
        try:
            return self.get(part, most)
        except (UnusableFile, *UNPACKING):
            return None
