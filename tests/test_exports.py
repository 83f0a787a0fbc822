"""CSV files that a spreadsheet can open without harm: text stays text, and blank stays blank."""

from __future__ import annotations

import csv
import io

import pandas as pd
import pytest

from audit.authority.returns import unpack_return
from audit.exports import scores_csv, scores_parquet, table_csv, write_scores_csv, write_scores_parquet
from audit.model import Criteria, Response
from audit.school.outcome import outcome
from audit.school.scoring import scores
from tests.compared import returns_of_both_years
from tests.conftest import audit_of, returns_of

MARK = b"\xef\xbb\xbf"


def texts(*values: str | None) -> pd.DataFrame:
    """A table of one text column."""
    return pd.DataFrame({"comment": pd.array(list(values), dtype="str")})


@pytest.mark.parametrize("text", ["=1+1", "+44 1622", "-2", "@SUM(A1)", "\t=1"], ids=ascii)
def test_text_that_looks_like_a_formula_is_guarded(text: str) -> None:
    """A text that a spreadsheet would run gets an apostrophe before it."""
    (_, row) = csv.reader(io.StringIO(table_csv(texts(text)).decode("utf-8-sig"), newline=""))
    assert row == [f"'{text}"]


@pytest.mark.parametrize(
    "text", ["1+1=2", "a@b", "x-1", "'quoted", " =1", "one\ntwo", 'say "no", please', "שלום 👩🏽‍🏫"]
)
def test_other_text_is_written_as_it_is(text: str) -> None:
    """Only the first character makes a formula; every other text is left alone."""
    (_, row) = csv.reader(io.StringIO(table_csv(texts(text)).decode("utf-8-sig"), newline=""))
    assert row == [text]


def test_numbers_below_zero_are_no_text() -> None:
    """A number keeps its sign, since a number is never run."""
    assert table_csv(pd.DataFrame({"change": [-3, 2]})) == MARK + b"change\r\n-3\r\n2\r\n"


def test_a_category_that_looks_like_a_formula_is_guarded() -> None:
    """Text is guarded whichever dtype holds it."""
    table = pd.DataFrame({"kind": pd.Categorical(["=1+1", "met"])})
    assert table_csv(table) == MARK + b"kind\r\n'=1+1\r\nmet\r\n"


def test_a_carriage_return_does_not_begin_a_row() -> None:
    """A spreadsheet ends a row at a bare carriage return, so that what follows would be run; it is kept inside."""
    data = table_csv(texts("noted\r=1+1"))
    assert [
        row for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")) if row and row[0].startswith("=")
    ] == []


def test_a_file_begins_with_a_byte_order_mark_and_its_lines_end_in_cr_lf() -> None:
    """Excel knows UTF-8 by the mark; the ends of lines are those of RFC 4180."""
    assert table_csv(texts("é")) == MARK + "comment\r\né\r\n".encode()


def test_blank_is_written_as_nothing() -> None:
    """What is not known is an empty field: never a 0, a nan or a word."""
    table = pd.DataFrame(
        {
            "text": pd.array([None, "x"], dtype="str"),
            "count": pd.array([None, 0], dtype="Int32"),
            "percent": pd.array([None, 100 / 3], dtype="Float64"),
            "sure": pd.array([None, False], dtype="boolean"),
        }
    )
    assert table_csv(table) == MARK + b"text,count,percent,sure\r\n,,,\r\nx,0,33.33,False\r\n"


def test_the_tables_of_an_outcome_leave_unanswered_blank(toy: Criteria) -> None:
    """A statement without an answer has empty fields for both, in SCORES as it is exported."""
    result = outcome(audit_of(toy, {"toy-1.1-k1": Response(written="no", practice=0, comment="=1+1")}), toy)
    rows = list(csv.DictReader(io.StringIO(table_csv(result.scores).decode("utf-8-sig"))))
    columns = ("statement", "written", "practice", "kind", "comment")
    assert [tuple(row[name] for name in columns) for row in rows[:2]] == [
        ("toy-1.1-k1", "no", "0", "neither", "'=1+1"),
        ("toy-1.1-k2", "", "", "not_known", ""),
    ]


def test_parquet_holds_the_scores_of_every_return(toy: Criteria) -> None:
    """What is read back is SCORES of all returns in one table: types, categories, blanks and texts as they were."""
    returns, out = returns_of_both_years(toy), io.BytesIO()
    write_scores_parquet(returns, out, at_once=5)
    out.seek(0)
    pd.testing.assert_frame_equal(pd.read_parquet(out), scores([unpack_return(one, toy) for one in returns.items], toy))


def test_csv_holds_the_scores_of_every_return_under_one_heading(toy: Criteria) -> None:
    """It is the CSV of the whole table, made some returns at a time, text never a formula."""
    returns, out = returns_of_both_years(toy), io.BytesIO()
    write_scores_csv(returns, out, at_once=5)
    assert out.getvalue() == table_csv(scores([unpack_return(one, toy) for one in returns.items], toy))
    assert b"'=cmd()" in out.getvalue()


def test_no_return_gives_a_table_without_rows(toy: Criteria) -> None:
    """The headings stand even where there is nothing below them."""
    none = returns_of(toy)
    assert list(pd.read_parquet(io.BytesIO(scores_parquet(none)))) == scores_csv(none).decode(
        "utf-8-sig"
    ).strip().split(",")
    assert len(pd.read_parquet(io.BytesIO(scores_parquet(none)))) == 0


def test_a_table_of_a_signed_audit_bears_its_hash() -> None:
    """Every row names the signed content in a last column, and a table of an open audit has no such column."""
    table = pd.DataFrame({"kind": ["met", "neither"]})
    assert table_csv(table, signed="ab12") == MARK + b"kind,signed_content_sha256\r\nmet,ab12\r\nneither,ab12\r\n"
    assert table_csv(table.iloc[:0], signed="ab12") == MARK + b"kind,signed_content_sha256\r\n"
    assert table_csv(table) == MARK + b"kind\r\nmet\r\nneither\r\n"
