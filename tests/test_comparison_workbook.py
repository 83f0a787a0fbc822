"""The comparison workbook: every view as values, and LibreOffice opens it as we wrote it."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from openpyxl import Workbook

from audit.authority import question_matrix
from audit.authority.compare.comparison import Comparison, compare
from audit.authority.tables import AGREEMENT, CREDIBILITY, VISITS
from audit.authority.tracker import tracker
from audit.exhibits.authority import Knowledge, authority_exhibits
from audit.model import Criteria
from audit.tables import typed
from audit.workbook.write_comparison import write_comparison
from tests.compared import SCHOOLS, returns_of_both_years, six_schools
from tests.office import LibreOffice

CODES = {urn: f"School {place}" for place, (urn, _, _) in enumerate(SCHOOLS)}


@pytest.fixture(scope="module")
def six(toy: Criteria) -> Comparison:
    """Six schools of both years."""
    return six_schools(toy)


@pytest.fixture(scope="module")
def beside(toy: Criteria) -> Knowledge:
    """What the adviser knows beside the comparison, with harmful text in it."""
    returns = returns_of_both_years(toy)
    visits = [(1, "900002", "=cmd()", "primary", "random", "=HYPERLINK(1)")]
    doubts = [("900003", "**bold**", "primary", "same-answer", "Every answer the same", "-1 is said of everything.", 2)]
    readings = [
        ("all", "", "practice", 21, 52.381, 0.456, 0.42),
        ("toy-1.1-k1", "1.1 K1", "practice", 3, None, None, None),
    ]
    return Knowledge(
        doubts=typed(pd.DataFrame(doubts, columns=list(CREDIBILITY)), CREDIBILITY),
        visits=typed(pd.DataFrame(visits, columns=list(VISITS)), VISITS),
        agreement=typed(pd.DataFrame(readings, columns=list(AGREEMENT)), AGREEMENT),
        tracker=tracker(list(returns.items), [], year="2026/27"),
    )


@pytest.fixture(scope="module")
def data(six: Comparison, beside: Knowledge) -> bytes:
    """The workbook with everything in it."""
    return write_comparison(six, beside)


@pytest.fixture(scope="module")
def book(data: bytes) -> Workbook:
    """The same, read back."""
    return openpyxl.load_workbook(io.BytesIO(data))


def test_each_view_has_its_sheet_in_order(book: Workbook) -> None:
    """First what the workbook is, then what the schools say together, one by one, and what the adviser knows beside."""
    assert book.sheetnames == [
        "Read me",
        "Overview",
        "Distribution",
        "Kinds of gap",
        "Questions by phase",
        "Questions by coverage",
        "Heat map",
        "Schools",
        "Common gaps",
        "Training",
        "Schools by training",
        "Written against done",
        "Change",
        "Change by statement",
        "Can it be believed",
        "Visits",
        "Moderation",
        "Returns by phase",
        "Returns",
    ]


def _head(book: Workbook, title: str) -> int:
    """The row of the headings: the one that the filter begins in."""
    reference = book[title].auto_filter.ref
    assert reference is not None
    return int(reference.split(":")[0][1:])


def _as_written(value: object) -> object:
    if pd.isna(value) or value == "":  # type: ignore[call-overload]
        return None
    if pd.api.types.is_bool(value):
        return "Yes" if value else "No"
    return pytest.approx(value) if isinstance(value, float) else value


def test_the_sheets_hold_the_tables_value_by_value(book: Workbook, six: Comparison, beside: Knowledge) -> None:
    """Headings and rows of each sheet are those of the table: numbers as numbers, blank as an empty cell."""
    for exhibit in authority_exhibits(six, beside):
        head = _head(book, exhibit.title)
        rows = [list(row) for row in book[exhibit.title].iter_rows(min_row=head, values_only=True)]
        wide = len(exhibit.table.columns)
        assert [row[:wide] for row in rows] == [
            list(exhibit.table.columns),
            *([_as_written(value) for value in row] for row in exhibit.table.itertuples(index=False)),
        ], exhibit.title


def test_a_sheet_begins_with_its_finding_and_on_whose_word_it_rests(book: Workbook, six: Comparison) -> None:
    """The title of a sheet says what its figures say; below stand how to read them and that nobody checked them; all is for the authority."""
    sheet = book["Common gaps"]
    assert sheet["A1"].value == "Third (2.1 K1) is missed most, by 5 of 6 schools"
    assert sheet["A3"].value == "Self-reported by the schools. Nobody outside them has checked these answers."
    text = " ".join(str(cell.value) for row in book["Read me"].iter_rows() for cell in row)
    assert six.headline in text
    assert "For the authority only" in text
    assert {sheet.oddHeader.center.text for sheet in book} == {"For the authority only"}


def test_no_cell_is_a_formula(book: Workbook) -> None:
    """A school named =cmd() and a reason that begins with = are texts."""
    assert [
        cell.coordinate for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"
    ] == []
    names = [cell.value for cell in book["Schools"]["A"]]
    assert [name for _, name, _ in SCHOOLS if name not in names] == []


def test_a_heat_map_has_its_colours_and_its_counts(book: Workbook) -> None:
    """Each cell says its count as text, on the colour of its step and in the ink that reads on it."""
    sheet, head = book["Heat map"], _head(book, "Heat map")
    looks = {
        sheet.cell(row, 1).value: [
            (cell.value, f"#{cell.fill.fgColor.rgb[-6:].lower()}", f"#{cell.font.color.rgb[-6:].lower()}")
            for cell in sheet[row][3:6]
        ]
        for row in range(head + 1, head + 7)
    }
    (none, *_, most), empty = question_matrix.STEPS, question_matrix.EMPTY
    assert looks["Lakeside"] == [
        ("2/2", most.fill, most.ink),
        ("–", empty.fill, empty.ink),
        ("0/1", none.fill, none.ink),
    ]
    assert sheet.freeze_panes == f"B{head + 1}"


def test_every_sheet_prints_and_filters(book: Workbook, six: Comparison, beside: Knowledge) -> None:
    """A4 across, headings repeated and in sight, a filter, and cells that can be sorted."""
    for exhibit in authority_exhibits(six, beside):
        sheet = book[exhibit.title]
        assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
        assert sheet.print_title_rows == f"${_head(book, exhibit.title)}:${_head(book, exhibit.title)}"
        assert (str(sheet.freeze_panes)[1:], sheet.protection.sheet) == (str(_head(book, exhibit.title) + 1), False)


def test_charts_stand_beside_their_tables(book: Workbook) -> None:
    """Four views have a native chart, drawn from the cells of their own sheet."""
    found = {sheet.title: len(sheet._charts) for sheet in book if sheet._charts}
    assert found == {"Distribution": 1, "Kinds of gap": 1, "Common gaps": 1, "Written against done": 1}


def test_the_same_comparison_gives_the_same_bytes(six: Comparison, beside: Knowledge, data: bytes) -> None:
    """Nothing of the time or place of writing is in the file."""
    assert write_comparison(six, beside) == data


def test_a_comparison_without_returns_is_still_a_workbook(toy: Criteria) -> None:
    """No return gives the first two sheets, which say so."""
    returns = returns_of_both_years(toy)
    empty = returns.where(returns.table["urn"].isin([]).to_numpy(dtype=bool))
    assert openpyxl.load_workbook(io.BytesIO(write_comparison(compare(empty)))).sheetnames == ["Read me", "Overview"]


@pytest.fixture(scope="module")
def saved(office: LibreOffice, tmp_path_factory: pytest.TempPathFactory, data: bytes) -> Workbook:
    """LibreOffice's own save of the workbook."""
    folder: Path = tmp_path_factory.mktemp("libreoffice")
    (folder / "ours.xlsx").write_bytes(data)
    return openpyxl.load_workbook(office.convert(folder / "ours.xlsx", "xlsx", folder / "saved") / "ours.xlsx")


def _values(book: Workbook) -> Mapping[str, Mapping[str, object]]:
    return {
        sheet.title: {
            cell.coordinate: cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None
        }
        for sheet in book
    }


def test_libreoffice_keeps_every_value_and_chart(book: Workbook, saved: Workbook) -> None:
    """Every cell of every sheet comes back as it was, and so does each chart."""
    ours, theirs = _values(book), _values(saved)
    assert list(theirs) == list(ours)
    for title, values in ours.items():
        assert theirs[title] == {at: pytest.approx(v) if isinstance(v, float) else v for at, v in values.items()}, title
    assert {s.title: len(s._charts) for s in saved if s._charts} == {s.title: len(s._charts) for s in book if s._charts}
