"""A list as CSV, or a zip with one CSV in it, as rows with their line numbers, however a spreadsheet saved it.

The standard library's reader is used because it says on which line a row ends, quoted line breaks
included. It takes half a second for the whole national register (55 MB, 50,000 rows of 140 columns), which is
downloaded as ``Results.zip`` with one CSV in it.

`read_lines` reads a list that an adviser made: its columns may be in any order, and unknown columns are ignored.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import dropwhile, islice
from pathlib import PurePosixPath

from audit.english import first_and_more
from audit.problems import Problem, UnusableFile
from audit.text import fault_of, plain

MOST_BYTES = 100 * 2**20
"""The largest list that is read, also when unpacked. The national register with all its columns has about 60 MB."""
MOST_ROWS = 200_000
LONGEST_LINE = 1_000_000
"""Characters of one line; a row of the national register has about 2,000."""
MOST_NAMED = 200
"""Rows with faults that are named one by one. In a file with more, most rows have the same fault."""
HEAD = 20
"""The first rows, among which the headings are looked for, or the first school of a list without headings."""
_DELIMITERS = (",", ";", "\t")
_CONTROLS = bytes({*range(32)} - set(b"\t\n\r"))
_SAVE_CSV = "Open it in Excel or LibreOffice, save it as CSV, and choose that file."
_MOST_FILES = 1_000
_ENDINGS = (".csv", ".txt")
_WORKBOOK_ENTRIES = ("[Content_Types].xml", "mimetype")
"""Entries in the zip of every workbook that Excel or LibreOffice saves."""
_REGISTER = "edubasealldata"
"""How the name of the national register begins."""
_ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
    UnicodeError,
)
Row = tuple[int, Sequence[str]]
"""A row with the number of its first line, counted from 1."""


def read_rows(data: bytes, file: str, is_start: Callable[[Sequence[str]], bool]) -> Iterator[Row]:
    """The rows of a list, one after the other; empty rows are left out.

    Args:
        data: the bytes of the file: UTF-8, UTF-16 with a byte order mark, or else Windows-1252; or a zip of one.
        file: the name that problems give it.
        is_start: whether a row is the headings, or a row of a list without them. One of the first rows
            has to be; that row tells whether comma, semicolon or tab separates the columns.

    Raises:
        UnusableFile: the file is empty, a workbook, too large, or not delimited text. It may be raised
            after some rows.
    """
    data = csv_in(data, file) if is_zip(data) else data
    _check(data, file)
    lines = list(islice(_lines(data, file), 5 * HEAD))
    for delimiter in _DELIMITERS:
        if any(is_start(cells) for _, cells in islice(_parse(lines, file, delimiter), HEAD)):
            yield from _parse(_lines(data, file), file, delimiter)
            return


def _check(data: bytes, file: str) -> None:
    """Refuses a file that cannot be a list, by its size and its first bytes."""
    if not data.strip(b"\xef\xbb\xbf \t\r\n\0"):
        raise _refused(file, "The file is empty.", "Choose the list again, or save it again as CSV.")
    if data.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        raise _refused(file, "This is a workbook or a zip, not a CSV file, whatever its name.", _SAVE_CSV)
    if len(data) > MOST_BYTES:
        what = f"The file has {len(data) // 2**20} MB; a list may have {MOST_BYTES // 2**20} MB."
        raise _refused(file, what, "Keep only the schools and columns that are needed.")


def _lines(data: bytes, file: str) -> Iterator[str]:
    """The lines of the text with their line ends. Control characters are dropped, since no workbook can hold them."""
    encoding = "utf-8-sig"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):  # "Unicode text" as Excel saves it
        data = data.decode("utf-16", "replace").encode()
    else:
        try:
            data.decode("utf-8")
        except UnicodeDecodeError:
            encoding = "cp1252"
    plain_bytes = io.BytesIO(data.translate(None, _CONTROLS))
    text = io.TextIOWrapper(plain_bytes, encoding=encoding, errors="replace", newline="")
    for number, line in enumerate(text, start=1):
        if len(line) > LONGEST_LINE:
            what = f"The line has more than {LONGEST_LINE:,} characters, so this is no list of schools."
            raise _refused(f"{file}, line {number}", what, _SAVE_CSV)
        yield line


def _parse(lines: Iterable[str], file: str, delimiter: str) -> Iterator[Row]:
    rows = csv.reader(lines, delimiter=delimiter)
    columns, start = 0, 1
    try:
        for count, cells in enumerate(rows):
            if count == MOST_ROWS:
                what = f"The list has more than {MOST_ROWS:,} rows; every school of England has 50,000."
                raise _refused(file, what, "Keep only the schools that are needed.")
            columns = max(columns, len(cells))
            if rows.line_num > start and _has_swallowed(cells, delimiter, columns):
                what = "A quotation mark opens near this line and is not closed, so the rows after it cannot be told."
                raise _refused(f"{file}, line {start}", what, "Delete the quotation mark, or close it.")
            if any(map(str.strip, cells)):
                yield start, cells
            start = rows.line_num + 1
    except csv.Error:
        what = "The text cannot be split into columns; a quotation mark may be missing near this line."
        raise _refused(f"{file}, line {start}", what, _SAVE_CSV) from None


def _has_swallowed(cells: Sequence[str], delimiter: str, columns: int) -> bool:
    """Whether a cell of several lines holds whole rows, because a quotation mark was not closed."""
    later = (line for cell in cells for line in cell.splitlines()[1:])
    return any(line.count(delimiter) >= max(columns - 1, 1) for line in later)


def is_zip(data: bytes) -> bool:
    """Whether the bytes are a zip; a workbook is one too."""
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
            entry = _wanted(zipped, file)
            if entry.flag_bits & 1:
                raise _refused(file, "The zip is locked with a password.", "Unpack it, and choose the CSV in it.")
            with zipped.open(entry) as unpacked:
                content = unpacked.read(MOST_BYTES + 1)
    except _ZIP_ERRORS:
        what, fix = (
            "The zip is damaged and cannot be unpacked.",
            "Download it again, or unpack it and choose the CSV in it.",
        )
        raise _refused(file, what, fix) from None
    if len(content) > MOST_BYTES:
        what = f"The list in the zip has more than {MOST_BYTES // 2**20} MB when unpacked."
        raise _refused(file, what, "Keep only the schools and columns that are needed.")
    return content


def _wanted(zipped: zipfile.ZipFile, file: str) -> zipfile.ZipInfo:
    """The entry that is the list."""
    entries = [entry for entry in zipped.infolist() if not entry.is_dir()]
    if len(entries) > _MOST_FILES:
        raise _refused(file, f"The zip holds {len(entries):,} files.", "Choose a zip with one CSV in it.")
    lists = [entry for entry in entries if _is_list(entry.filename)]
    if len(lists) == 1:
        return lists[0]
    if not lists and any(entry.filename in _WORKBOOK_ENTRIES for entry in entries):
        fix = "Open it in Excel or LibreOffice, save it as CSV, and choose that file."
        raise _refused(file, "This is a workbook, not a CSV file, whatever its name.", fix)
    if not lists:
        fix = "Choose the zip as the national register gives it, or the CSV itself."
        raise _refused(file, "The zip holds no CSV file.", fix)
    names = [PurePosixPath(entry.filename).name[:60] for entry in lists]
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


def normal_heading(cell: str) -> str:
    """A column's heading in small letters, without spaces and marks: ``LA (code)`` is ``lacode``."""
    return re.sub(r"[^a-z0-9]", "", plain(cell).casefold())


def whole_number(text: str) -> int | None:
    """A code as a number, typed as ``02`` or ``2`` or saved by a spreadsheet as ``2.0``; None if it is no number."""
    match = re.fullmatch(r"\s*'?([0-9]{1,9})(?:\.0+)?\s*", text, re.ASCII)
    return int(match[1]) if match else None


def text_of(cell: str) -> str:
    """The text of a cell on one line; empty if no workbook could hold it."""
    text = " ".join(plain(cell).split())
    return "" if fault_of(text) else text


def first_problems(problems: Sequence[Problem], file: str) -> tuple[Problem, ...]:
    """The first `MOST_NAMED` problems one by one, and the rest as a number."""
    rest = len(problems) - MOST_NAMED
    if rest <= 0:
        return tuple(problems)
    more = Problem(
        where=file,
        what=f"{rest:,} more lines of this file have faults.",
        fix="Mend those that are named first, and choose the file again.",
    )
    return (*problems[:MOST_NAMED], more)


Columns = Mapping[str, Sequence[str]]
"""The headings that a column may have, by its name in the code; messages name the first one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One line of the list that is not blank.

    Attributes:
        place: the file and the number of the line.
        cells: by name of the column, the text without outer spaces; empty if the line is too short.
    """

    place: str
    cells: Mapping[str, str]

    def where(self, title: str) -> str:
        """The place of a cell, for a problem."""
        return f"{self.place}, column {title}"


def read_lines(data: bytes, file: str, columns: Columns) -> tuple[list[Line], list[Problem]]:
    """The lines below the headings; if the file cannot be used or a column is missing, no lines, and the problems."""
    accepted = {normal_heading(title): name for name, titles in columns.items() for title in titles}

    def is_headings(cells: Sequence[str]) -> bool:
        return any(normal_heading(cell) in accepted for cell in cells)

    try:
        rows = dropwhile(lambda row: not is_headings(row[1]), read_rows(data, file, is_headings))
        titles = [normal_heading(title) for title in next(rows, (1, ()))[1]]
        places = {accepted[title]: place for place, title in enumerate(titles) if title in accepted}
        if missing := [_missing(name, file, columns) for name in columns if name not in places]:
            return [], missing
        return [
            _line(f"{file}, line {number}", cells, places) for number, cells in rows if any(map(str.strip, cells))
        ], []
    except UnusableFile as unusable:
        return [], list(unusable.problems)


def _line(place: str, cells: Sequence[str], places: Mapping[str, int]) -> Line:
    return Line(place=place, cells={name: plain(cells[at]) if at < len(cells) else "" for name, at in places.items()})


def _missing(name: str, file: str, columns: Columns) -> Problem:
    return Problem(
        where=file,
        what=f'There is no column "{columns[name][0]}".',
        fix=f"Give the columns these headings: {', '.join(titles[0] for titles in columns.values())}.",
    )
