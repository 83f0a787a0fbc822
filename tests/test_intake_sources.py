"""Where returns come from: every file in a folder or an archive is found, read once, and called what it is."""

from __future__ import annotations

import io
import os
import struct
import sys
import zipfile
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.archive import archive
from audit.intake.sources import FoundFile, find, how_many, of_uploads, passed_over_in_words

BOOK = archive([("[Content_Types].xml", b"<Types/>"), ("xl/workbook.xml", b"<workbook/>")])
"""As much of a workbook as the search looks at; what is in it, the reader judges."""
OTHER = archive([("[Content_Types].xml", b"<Types/>"), ("xl/workbook.xml", b"<workbook >")])


def files(sources: Iterable[FoundFile]) -> dict[str, bytes]:
    """The bytes that were found, by file."""
    return {source.file: source.data for source in sources if source.problem is None}


def told(sources: Iterable[FoundFile]) -> list[str]:
    """Place and fact of each problem."""
    return [f"{source.problem.where}: {source.problem.what}" for source in sources if source.problem]


def uploaded(*entries: tuple[str, bytes]) -> list[FoundFile]:
    """What is found in an upload of an archive of these."""
    return list(of_uploads([("returns.zip", archive(entries))]))


def changed(data: bytes, old: bytes, new: bytes) -> bytes:
    """Bytes of which some were changed."""
    assert old in data
    return data.replace(old, new)


def test_a_folder_is_searched_with_all_that_is_in_it(tmp_path: Path) -> None:
    """Folders are searched to the bottom, in the order of names; what lies about in them is nobody's return."""
    for name in ("b/Two.xlsx", "b/deep/Three.XLSX", "a.xlsx", "c.zip", "no suffix", "b/~$Two.xlsx", ".hidden.xlsx"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(BOOK)
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "x.xlsx").write_bytes(BOOK)
    for name in ("README", "readme.md", "Notes.txt", "Thumbs.db", "desktop.ini", ".DS_Store"):
        (tmp_path / name).write_bytes(b"nonsense")
    found = list(find([tmp_path]))
    assert [source.file.removeprefix(f"{tmp_path.as_posix()}/") for source in found] == [
        "a.xlsx",
        "c.zip",
        "no suffix",
        "b/Two.xlsx",
        "b/deep/Three.XLSX",
    ]
    assert {source.data for source in found} == {BOOK}


def test_the_same_file_is_found_once(tmp_path: Path) -> None:
    """A file that is named, and lies in a folder that is named, and is linked to, is one file."""
    (tmp_path / "a.xlsx").write_bytes(BOOK)
    (tmp_path / "b.xlsx").symlink_to(tmp_path / "a.xlsx")
    assert [source.file for source in find([tmp_path / "a.xlsx", tmp_path, str(tmp_path / "a.xlsx")])] == [
        (tmp_path / "a.xlsx").as_posix()
    ]


def test_the_register_beside_the_returns_is_left_out(tmp_path: Path) -> None:
    """A file that is known to be something else is not looked at; a CSV that a school sent is."""
    (tmp_path / "register.csv").write_bytes(b"URN,name\n")
    (tmp_path / "answers.csv").write_bytes(b"id,answer\n")
    assert files(find([tmp_path], leave_out=[tmp_path / "register.csv"])) == {
        (tmp_path / "answers.csv").as_posix(): b"id,answer\n"
    }


def test_files_are_read_one_at_a_time(tmp_path: Path) -> None:
    """A file is read when it is asked for, not before, so that thousands need no more memory than one."""
    for name in "ab":
        (tmp_path / f"{name}.xlsx").write_bytes(BOOK)
    found = find([tmp_path])
    assert next(found).data == BOOK
    (tmp_path / "b.xlsx").write_bytes(OTHER)
    assert next(found).data == OTHER


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    """A missing file, an empty folder, and a link that leads nowhere are problems with a remedy, not exceptions."""
    (tmp_path / "lost.xlsx").symlink_to(tmp_path / "gone.xlsx")
    (tmp_path / "empty").mkdir()
    found = list(find([tmp_path / ("x" * 300), tmp_path / "none.xlsx", tmp_path / "lost.xlsx", tmp_path / "empty"]))
    at = tmp_path.as_posix()
    assert told(found)[1:] == [
        f"{at}/none.xlsx: There is no file or folder of this name.",
        f"{at}/lost.xlsx: There is no file or folder of this name.",
        f"{at}/empty: There is no workbook in it.",
    ]
    assert all(source.problem and source.problem.fix for source in found)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
def test_what_is_no_ordinary_file_is_not_opened(tmp_path: Path) -> None:
    """A pipe, which would keep a reader waiting for ever, is refused unopened."""
    os.mkfifo(tmp_path / "pipe.xlsx")
    assert told(find([tmp_path])) == [f"{tmp_path.as_posix()}/pipe.xlsx: This is no ordinary file."]


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("Hilltop.numbers", "This is an Apple Numbers file, not an Excel workbook."),
        ("Hilltop.gsheet", "This is a link to a Google Sheet, not the sheet itself."),
        ("Hilltop.DOCX", "This is a text document, not a workbook."),
        ("Hilltop.jpeg", "This is a picture, not a workbook."),
        ("Hilltop.msg", "This is an e-mail, not a workbook."),
        ("Hilltop.7z", "This is an archive of a kind that is not opened."),
    ],
)
def test_a_file_whose_bytes_do_not_tell_is_known_by_its_name(name: str, what: str) -> None:
    """What schools send in place of a workbook is called what it is, with what to send instead."""
    found = list(of_uploads([(name, BOOK)]))
    assert told(found) == [f"{name}: {what}"]
    assert all(source.problem and source.problem.fix for source in found)


@pytest.mark.parametrize("name", ["a.xls", "a.ods", "a.csv", "a.pdf", "a.html", "a.xlsm", "a", "a.xlsx (1)"])
def test_any_other_file_is_handed_to_the_reader(name: str) -> None:
    """The reader tells by the bytes what a file is, whatever its name."""
    assert files(of_uploads([(name, b"any bytes")])) == {name: b"any bytes"}


def test_a_large_file_is_not_read() -> None:
    """A file beyond the limit of a workbook is refused by its size."""
    found = of_uploads([("large.xlsx", bytes(20 * 2**20 + 1))])
    assert told(found) == ["large.xlsx: The file has more than 20 MB; a return has far less."]


def test_an_archive_is_opened() -> None:
    """Each file of an archive is found under the archive's name, in the order of names, without what macOS adds."""
    found = uploaded(
        ("South/Two.xlsx", BOOK),
        ("South/", b""),
        ("One.xlsx", OTHER),
        ("__MACOSX/._One.xlsx", b"\0"),
        ("South/~$Two.xlsx", b"\0"),
        ("South/.DS_Store", b"\0"),
        ("letter.docx", b"PK"),
    )
    assert [source.file for source in found] == [
        "returns.zip/One.xlsx",
        "returns.zip/South/Two.xlsx",
        "returns.zip/letter.docx",
    ]
    assert [source.data for source in found] == [OTHER, BOOK, b""]
    assert told(found) == ["returns.zip/letter.docx: This is a text document, not a workbook."]


def test_an_archive_on_disk_is_opened_like_an_upload(tmp_path: Path) -> None:
    """The same archive gives the same files."""
    (tmp_path / "returns.zip").write_bytes(archive([("One.xlsx", BOOK), ("Two.xlsx", OTHER)]))
    at = f"{tmp_path.as_posix()}/returns.zip"
    assert files(find([tmp_path])) == {f"{at}/One.xlsx": BOOK, f"{at}/Two.xlsx": OTHER}


def test_the_files_are_counted_before_they_are_read(tmp_path: Path) -> None:
    """The number for a progress bar is that of the sources: files, those in archives, and what cannot be opened."""
    packed = archive([("One.xlsx", BOOK), ("Two.xlsx", BOOK), ("a/", b""), (".DS_Store", b""), ("c.doc", b"")])
    for name, data in {
        "a.xlsx": BOOK,
        "README": b"",
        "packed.zip": packed,
        "return.zip": BOOK,
        "cut.zip": packed[:-30],
        "none.zip": archive([]),
        "deep/b.xlsx": BOOK,
        "register.csv": b"URN",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    (tmp_path / "empty").mkdir()
    places = [tmp_path, tmp_path / "a.xlsx", tmp_path / "empty", tmp_path / "missing"]
    register = [tmp_path / "register.csv"]
    assert how_many(places, leave_out=register) == len(list(find(places, leave_out=register))) == 10


def test_a_workbook_and_an_archive_are_told_apart_by_what_is_in_them() -> None:
    """A return renamed .zip is a return, within an archive too; an archive renamed .xlsx is opened."""
    packed = archive([("One.xlsx", BOOK)])
    assert files(of_uploads([("return.zip", BOOK), ("returns.xlsx", packed)])) == {
        "return.zip": BOOK,
        "returns.xlsx/One.xlsx": BOOK,
    }
    assert files(uploaded(("return.zip", BOOK))) == {"returns.zip/return.zip": BOOK}


def test_an_archive_within_an_archive_is_refused() -> None:
    """Only one level is opened: the others could go on for ever."""
    found = uploaded(("inner.zip", archive([("One.xlsx", BOOK)])), ("One.xlsx", OTHER))
    assert files(found) == {"returns.zip/One.xlsx": OTHER}
    assert told(found) == ["returns.zip/inner.zip: This is a zip archive within another, which is not opened."]


def test_files_of_the_same_name_are_told_apart() -> None:
    """Two files of one name, in an archive or among uploads, are both read, each under a name of its own."""
    packed = changed(archive([("One.xlsx", BOOK), ("Two.xlsx", OTHER)]), b"Two.xlsx", b"One.xlsx")
    assert files(of_uploads([("returns.zip", packed), ("a.xlsx", BOOK), ("a.xlsx", OTHER), ("a.xlsx", b"3")])) == {
        "returns.zip/One.xlsx": BOOK,
        "returns.zip/One.xlsx (2)": OTHER,
        "a.xlsx": BOOK,
        "a.xlsx (2)": OTHER,
        "a.xlsx (3)": b"3",
    }


@pytest.mark.parametrize("name", ["../../One.xlsx", "/One.xlsx", "C:\\One.xlsx", "..\\One.xlsx", "a/../../One.xlsx"])
def test_a_name_that_points_out_of_the_archive_is_refused(name: str) -> None:
    """Path traversal: the file is refused, and shown under a name that stays inside."""
    found = uploaded((name, BOOK), ("Two.xlsx", OTHER))
    assert files(found) == {"returns.zip/Two.xlsx": OTHER}
    shown = "returns.zip/a/One.xlsx" if name.startswith("a") else "returns.zip/One.xlsx"
    assert told(found) == [
        f"{shown}: Its name in the archive is a place outside of the archive, which no ordinary zip program writes."
    ]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Hill\ntop\x1b[31m.xlsx", "Hill top\ufffd[31m.xlsx"),
        ("\u202exslx.xlsx", "\ufffdxslx.xlsx"),
        ("No\u00a0break.xlsx", "No break.xlsx"),
        ("\udce4.xlsx", "\ufffd.xlsx"),
        ("Schöne Schule №1.xlsx", "Schöne Schule №1.xlsx"),
        ("x" * 4000 + ".xlsx", "x" * 99 + "…" + "x" * 94 + ".xlsx"),
        ("../../One.xlsx", "One.xlsx"),
        ("../..", "file without a name"),
        ("", "file without a name"),
    ],
)
def test_a_name_is_shown_as_one_printable_line(name: str, shown: str) -> None:
    """Whatever a name holds, what is shown of it can stand in a page, a CSV and a letter."""
    assert files(of_uploads([(name, BOOK)])) == {shown: BOOK}


DAMAGED = "The zip archive is damaged, incomplete, or none at all."


@pytest.mark.parametrize(
    "data",
    [b"", b"PK", b"not a zip", archive([("One.xlsx", BOOK)])[:-30], archive([("One.xlsx", BOOK)])[200:]],
    ids=["empty", "only begun", "text", "cut off", "headless"],
)
def test_a_damaged_archive_is_refused(data: bytes) -> None:
    """What calls itself .zip and cannot be opened as one is a problem of its own."""
    assert told(of_uploads([("returns.zip", data)])) == [f"returns.zip: {DAMAGED}"]


def test_an_archive_without_a_workbook_is_refused() -> None:
    """An archive in which nothing is to be read does not vanish without a word."""
    assert told(uploaded(("Thumbs.db", b"x"))) == ["returns.zip: There is no workbook in it."]


def test_one_damaged_file_of_an_archive_does_not_stop_the_others() -> None:
    """A file whose bytes do not fit its checksum is refused; the one after it is read."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as made:
        made.writestr("One.xlsx", b"first return")
        made.writestr("Two.xlsx", BOOK)
    found = list(of_uploads([("returns.zip", changed(packed.getvalue(), b"first", b"wurst"))]))
    assert files(found) == {"returns.zip/Two.xlsx": BOOK}
    assert told(found) == [
        "returns.zip/One.xlsx: The archive is damaged here: this file cannot be unpacked, or its stated size is false."
    ]


def test_a_locked_archive_is_refused_file_by_file() -> None:
    """A file that the archive has encrypted is named with the remedy."""
    packed = changed(archive([("One.xlsx", BOOK)]), b"\x14\0\0\0\x08\0", b"\x14\0\x01\0\x08\0")
    assert told(of_uploads([("returns.zip", packed)])) == [
        "returns.zip/One.xlsx: The archive has locked this file with a password."
    ]


@pytest.mark.parametrize("way", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_oddly_packed_file_is_refused(way: int) -> None:
    """Ways of packing that can ask for gigabytes before the first byte are not opened."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", way) as made:
        made.writestr("One.xlsx", BOOK)
    assert told(of_uploads([("returns.zip", packed.getvalue())])) == [
        "returns.zip/One.xlsx: The archive has packed this file in a way that is not read."
    ]


def test_a_bomb_is_not_inflated() -> None:
    """A file that shrank a thousandfold, or that is larger than any workbook, is refused by the directory alone."""
    found = uploaded(("One.xlsx", bytes(19 * 2**20)), ("Three.xlsx", bytes(21 * 2**20)), ("Two.xlsx", BOOK))
    assert files(found) == {"returns.zip/Two.xlsx": BOOK}
    assert told(found) == [
        "returns.zip/One.xlsx: The file unpacks to more than 100 times its size, which no workbook does.",
        "returns.zip/Three.xlsx: The file unpacks to more than 20 MB; a return has far less.",
    ]


def test_a_directory_that_lies_about_sizes_inflates_nothing_more() -> None:
    """A file is inflated as far as the directory says; if that is not all of it, it is refused."""
    size = 900_000
    packed = changed(archive([("One.xlsx", bytes(size))]), struct.pack("<L", size), struct.pack("<L", 10))
    assert told(of_uploads([("returns.zip", packed)])) == [
        "returns.zip/One.xlsx: The archive is damaged here: this file cannot be unpacked, or its stated size is false."
    ]


TOO_MUCH = "returns.zip: The archive holds more than 50,000 files, or more than 4 GB."


def test_an_archive_with_too_many_files_is_refused_whole() -> None:
    """An archive of more files than there are schools is not opened."""
    assert told(uploaded(*((f"{number}.xlsx", b"") for number in range(50_001)))) == [TOO_MUCH]


def test_an_archive_that_unpacks_to_too_much_is_refused_whole() -> None:
    """What all files unpack to together is bounded, as the directory states it."""
    size, most = struct.pack("<L", 123_457), struct.pack("<L", 2**31)
    packed = changed(archive((f"{number}.xlsx", bytes(123_457)) for number in range(3)), size, most)
    assert told(of_uploads([("returns.zip", packed)])) == [TOO_MUCH]


def test_a_directory_too_long_to_be_held_is_not_read() -> None:
    """The directory itself is bounded: 200 files with names of 60,000 characters fill 12 MB of it."""
    assert told(uploaded(*((f"{number:060000}.xlsx", b"") for number in range(200)))) == [f"returns.zip: {DAMAGED}"]


@given(st.binary(max_size=200), st.sampled_from(["a.zip", "a.xlsx", "a", "a.numbers"]))
def test_any_bytes_are_found_or_refused(data: bytes, name: str) -> None:
    """No upload raises, and none goes without an answer."""
    assert len(list(of_uploads([(name, data)]))) == 1


@given(st.data(), st.integers(min_value=1, max_value=20))
def test_a_corrupted_archive_is_found_or_refused(choices: st.DataObject, number: int) -> None:
    """Whatever is changed in an archive, nothing raises, and it does not vanish without a word."""
    data = bytearray(archive([("One.xlsx", BOOK), ("Two.xlsx", OTHER)]))
    for _ in range(number):
        data[choices.draw(st.integers(0, len(data) - 1))] = choices.draw(st.integers(0, 255))
    found = list(of_uploads([("returns.zip", bytes(data))]))
    assert len(found) >= 1
    assert all(source.file.isprintable() for source in found)


LEFT_BEHIND = (
    "~$X.xlsx",
    "._X.xlsx",
    "._X",
    "Thumbs.db",
    "desktop.ini",
    "Desktop.ini",
    "Icon\r",
    ".DS_Store",
    ".~lock.X.xlsx#",
)


@pytest.mark.parametrize("name", LEFT_BEHIND)
def test_what_programs_leave_behind_is_passed_over_however_it_comes(name: str, tmp_path: Path) -> None:
    """In a folder, in a zip, uploaded or named one by one: it is no return and no fault, and is told once."""
    (tmp_path / "in").mkdir()
    for file in (name, "X.xlsx"):
        (tmp_path / "in" / file).write_bytes(b"x")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        for file in (f"Returns/{name}", f"__MACOSX/Returns/{name}", "Returns/X.xlsx"):
            made.writestr(file, b"x")
    ways = {
        "folder": lambda told: find([tmp_path / "in"], skipped=told),
        "one by one": lambda told: find([tmp_path / "in" / name, tmp_path / "in" / "X.xlsx"], skipped=told),
        "upload": lambda told: of_uploads([(name, b"x"), ("X.xlsx", b"x")], skipped=told),
        "zip": lambda told: of_uploads([("all.zip", packed.getvalue())], skipped=told),
    }
    for way, look in ways.items():
        told: list[str] = []
        assert [Path(one.file).name for one in look(told)] == ["X.xlsx"], way
        assert set(told) == {name}, way
        assert passed_over_in_words(told).endswith(f"no school sends: {name.strip()}.")
    assert passed_over_in_words([]) == ""


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Soufflé Café.xlsx".encode(), "Soufflé Café.xlsx"),
        ("Ysgol Tŵr Felin.xlsx".encode(), "Ysgol Tŵr Felin.xlsx"),
        ("Souffle\u0301.xlsx".encode(), "Souffle\u0301.xlsx"),
        ("Café.xlsx".encode("cp437"), "Café.xlsx"),
        (b"Plain.xlsx", "Plain.xlsx"),
    ],
)
def test_names_in_an_archive_are_read_as_they_were_written(written: bytes, shown: str) -> None:
    """Without the mark of UTF-8 a name is UTF-8 where its bytes are, else in code page 437 as the format says."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        made.writestr("N" * len(written), b"x")
    data = packed.getvalue().replace(b"N" * len(written), written)
    assert [one.file for one in of_uploads([("all.zip", data)])] == [f"all.zip/{shown}"]
