"""A list that comes in a zip: the national register is downloaded as ``Results.zip`` with one CSV in it."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import PurePosixPath

from audit.english import first_and_more
from audit.problems import Problem, UnusableFile

MOST_BYTES = 100 * 2**20
"""The largest list that is read, unpacked too; the national register with all its columns has about 60 MB."""
_MOST_FILES = 1_000
_ENDINGS = (".csv", ".txt")
_OF_WORKBOOKS = ("[Content_Types].xml", "mimetype")
"""What every workbook of Excel or LibreOffice has in it."""
_REGISTER = "edubasealldata"
"""How the name of the national register begins."""
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
    UnicodeError,
)


def is_zip(data: bytes) -> bool:
    """Whether the bytes are a zip, be it a workbook."""
    return data.startswith(b"PK")


def csv_in(data: bytes, file: str) -> bytes:
    """The one CSV of a zip.

    Raises:
        UnusableFile: the zip is damaged, locked or too large, or holds no CSV or more than one.
    """
    if len(data) > MOST_BYTES:
        what = f"The zip has {len(data) // 2**20} MB; a list may have {MOST_BYTES // 2**20} MB."
        raise _refused(file, what, "Keep only the schools and columns that are needed.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as zipped:
            one = _wanted(zipped, file)
            if one.flag_bits & 1:
                raise _refused(file, "The zip is locked with a password.", "Unpack it, and choose the CSV in it.")
            with zipped.open(one) as unpacked:
                found = unpacked.read(MOST_BYTES + 1)
    except _BROKEN:
        what, fix = (
            "The zip is damaged and cannot be unpacked.",
            "Download it again, or unpack it and choose the CSV in it.",
        )
        raise _refused(file, what, fix) from None
    if len(found) > MOST_BYTES:
        what = f"The list in the zip has more than {MOST_BYTES // 2**20} MB when unpacked."
        raise _refused(file, what, "Keep only the schools and columns that are needed.")
    return found


def _wanted(zipped: zipfile.ZipFile, file: str) -> zipfile.ZipInfo:
    """The entry that is the list."""
    entries = [one for one in zipped.infolist() if not one.is_dir()]
    if len(entries) > _MOST_FILES:
        raise _refused(file, f"The zip holds {len(entries):,} files.", "Choose a zip with one CSV in it.")
    lists = [one for one in entries if _is_list(one.filename)]
    if len(lists) == 1:
        return lists[0]
    if not lists and any(one.filename in _OF_WORKBOOKS for one in entries):
        fix = "Open it in Excel or LibreOffice, save it as CSV, and choose that file."
        raise _refused(file, "This is a workbook, not a CSV file, whatever its name.", fix)
    if not lists:
        fix = "Choose the zip as the national register gives it, or the CSV itself."
        raise _refused(file, "The zip holds no CSV file.", fix)
    names = [PurePosixPath(one.filename).name[:60] for one in lists]
    what = f"The zip holds {len(lists)} CSV files: {first_and_more(names, 3)}."
    register = next((name for name in names if name.casefold().startswith(_REGISTER)), "")
    wanted = f"of these {register} is the national register" if register else f"the register's begins with {_REGISTER}"
    raise _refused(file, what, f"Unpack it, and choose the one that you need; {wanted}.")


def _is_list(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    hidden = path.name.startswith((".", "~$")) or "__MACOSX" in path.parts
    return not hidden and path.name.casefold().endswith(_ENDINGS)


def _refused(where: str, what: str, fix: str) -> UnusableFile:
    return UnusableFile([Problem(where=where, what=what, fix=fix)])
