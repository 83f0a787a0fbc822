"""The terminal over the years of a school: the next year's workbook, what changed, and the trend."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
from pathlib import Path

import pytest

from audit.model import Action, Audit, Carried, Criteria, Response, Signature
from audit.school import signing
from audit.workbook.read import read
from audit.workbook.write import write
from tests.conftest import audit_of
from tests.terminal import audit as run

K1, K2, K3 = "kcc-2.1-k2", "kcc-2.2.3-k1", "kcc-2.2.3-k2"
MET, NOT_DONE = Response(written="yes", practice=3, evidence="Log, 3 May 2026"), Response(written="yes", practice=1)


@pytest.fixture
def last(shipped: Criteria) -> Audit:
    """Last year's audit of an invented school, with an open action and one that is done."""
    plan = (Action(what="Train all staff.", statement=K1, id="a1"), Action(what="Name a lead.", status="Done", id="a2"))
    return audit_of(shipped, {K1: NOT_DONE, K2: MET}, year="2025/26", actions=plan)


@pytest.fixture
def now(last: Audit) -> Audit:
    """This year's, with one gap closed."""
    return dataclasses.replace(last, year="2026/27", responses={K1: MET, K2: MET}, actions=())


def saved(folder: Path, name: str, audit: Audit, criteria: Criteria) -> Path:
    """The workbook of an audit."""
    path = folder / name
    path.write_bytes(write(audit, criteria))
    return path


def test_next_may_be_of_another_phase(tmp_path: Path, last: Audit, shipped: Criteria) -> None:
    """The new workbook is of the phase that is given, and what it changes is said."""
    old, new = saved(tmp_path, "old.xlsx", last, shipped), tmp_path / "next.xlsx"
    status, told, errors = run("next", old, "--phase", "secondary", "--out", new)
    assert (status, errors) == (0, [])
    assert "Phase: Primary → Secondary." in told
    assert any("not asked any more, and not counted." in line for line in told)
    read_back = read(new.read_bytes(), "next.xlsx", shipped).audit
    assert read_back is not None
    assert (read_back.school.phase, set(read_back.carried)) == ("secondary", {K1, K2})


def test_next_may_answer_other_criteria_too(
    tmp_path: Path, last: Audit, shipped: Criteria, every_framework: Criteria
) -> None:
    """Those that are named, as they hold today unless as printed; without a name those of last year."""
    old = saved(tmp_path, "old.xlsx", last, shipped)
    for name, options, frameworks, as_printed in (
        ("same.xlsx", (), every_framework.refs[:1], False),
        ("more.xlsx", ("--framework", "england-2026", "--framework", "kcc-2010"), every_framework.refs[:2], False),
        ("printed.xlsx", ("--as-printed",), every_framework.refs[:1], True),
    ):
        assert run("next", old, *options, "--out", tmp_path / name).status == 0
        begun = read((tmp_path / name).read_bytes(), name, every_framework).audit
        assert begun is not None
        assert (begun.frameworks, begun.as_printed) == (frameworks, as_printed)


def test_next_carries_the_answers_and_the_open_actions(tmp_path: Path, last: Audit, shipped: Criteria) -> None:
    """The new workbook is of the year after, has last year's answers beside it and none of its own."""
    old, new = saved(tmp_path, "old.xlsx", last, shipped), tmp_path / "new" / "next.xlsx"
    done = run("next", old, "--out", new)
    assert done == (
        0,
        [
            "Hilltop (URN 900001), 2026/27",
            "2 answers of 2025/26 to be confirmed or changed. What is not confirmed counts as not known.",
            "1 action still open in the plan of 2025/26.",
            f"Wrote {new}.",
        ],
        [],
    )
    assert read(new.read_bytes(), "next.xlsx", shipped).audit == dataclasses.replace(
        last,
        year="2026/27",
        responses={},
        carried_from="2025/26",
        carried={K1: Carried(response=NOT_DONE), K2: Carried(response=MET)},
        actions=(dataclasses.replace(last.actions[0], since="2025/26"),),
        as_printed=False,
    )


@pytest.mark.parametrize("year", ["2025/26", "2024/25", "soon"])
def test_next_needs_a_later_year(tmp_path: Path, last: Audit, shipped: Criteria, year: str) -> None:
    """Another year than a later one is wrong usage, and nothing is written."""
    done = run("next", saved(tmp_path, "old.xlsx", last, shipped), "--year", year, "--out", tmp_path / "next.xlsx")
    assert (done.status, (tmp_path / "next.xlsx").exists()) == (2, False)


def test_next_may_leave_a_year_out(tmp_path: Path, last: Audit, shipped: Criteria) -> None:
    """A school that skipped a year begins with the answers of the year that it has."""
    new = tmp_path / "next.xlsx"
    done = run("next", saved(tmp_path, "old.xlsx", last, shipped), "--year", "2027/28", "--out", new)
    begun = read(new.read_bytes(), "next.xlsx", shipped).audit
    assert begun is not None
    assert (done.status, begun.year, begun.carried_from) == (0, "2027/28", "2025/26")


def test_changes_says_what_became_of_each_statement(tmp_path: Path, last: Audit, now: Audit, shipped: Criteria) -> None:
    """The sentence first, then every statement in its group; the CSV has a row for each."""
    old, new = saved(tmp_path, "old.xlsx", last, shipped), saved(tmp_path, "new.xlsx", now, shipped)
    done = run("changes", old, new, "--out", tmp_path / "changes.csv")
    assert (done.status, done.err) == (0, [])
    assert done.out[:5] == [
        "Hilltop (URN 900001), 2025/26, not signed",
        "Hilltop (URN 900001), 2026/27, not signed",
        "Since 2025/26, 1 gap was closed and 0 opened; 0 are still open, and 1 still met. "
        "51 statements are not answered yet.",
        "Closed: 1. It was a gap, and is met now.",
        f"  2.1 K2: △ Not done → ✓ Met. {shipped[K1].statement.statement}",
    ]
    with (tmp_path / "changes.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["statement"], row["change"]) for row in rows if row["change"] != "not answered yet"] == [
        (K1, "closed"),
        (K2, "still met"),
    ]
    assert len(rows) == 53


def test_what_was_signed_is_named_by_its_hash(tmp_path: Path, last: Audit, now: Audit, shipped: Criteria) -> None:
    """The SHA-256 of a signed audit stands in what is printed and in every row of the CSV."""
    signed = signing.sign(last, shipped, Signature(role="headteacher", on=dt.date(2026, 7, 3)))
    assert signed.signed is not None
    old, new = saved(tmp_path, "old.xlsx", signed, shipped), saved(tmp_path, "new.xlsx", now, shipped)
    done = run("changes", old, new, "--out", tmp_path / "changes.csv")
    assert done.out[0] == f"Hilltop (URN 900001), 2025/26, signed content SHA-256 {signed.signed.content}"
    with (tmp_path / "changes.csv").open(encoding="utf-8-sig", newline="") as file:
        assert {(row["signed_before"], row["signed"]) for row in csv.DictReader(file)} == {(signed.signed.content, "")}


def test_changes_wants_the_earlier_workbook_first(tmp_path: Path, last: Audit, now: Audit, shipped: Criteria) -> None:
    """The two in the wrong order are refused with the remedy."""
    old, new = saved(tmp_path, "old.xlsx", last, shipped), saved(tmp_path, "new.xlsx", now, shipped)
    done = run("changes", new, old)
    assert (done.status, done.err) == (
        1,
        [f"{new}: It is of 2026/27, and old.xlsx of 2025/26. Name the earlier workbook first."],
    )


def test_another_urn_is_compared_with_a_warning(tmp_path: Path, last: Audit, now: Audit, shipped: Criteria) -> None:
    """A school may have changed its number, which only a person can know."""
    moved = dataclasses.replace(now, school=dataclasses.replace(now.school, urn="900002"))
    old, new = saved(tmp_path, "old.xlsx", last, shipped), saved(tmp_path, "new.xlsx", moved, shipped)
    done = run("changes", old, new)
    assert (done.status, done.err) == (
        0,
        [
            "Warning: Files: They are of the URNs 900001, 900002. "
            "Make sure that it is one school that changed its number."
        ],
    )


def test_history_shows_the_years_in_order(tmp_path: Path, last: Audit, now: Audit, shipped: Criteria) -> None:
    """Whatever the order of the files, the trend goes from the earliest year to the latest."""
    rest = {c.id: Response(written="no", practice=0) for c in shipped if c.statement.recommended}
    files = [
        saved(tmp_path, "new.xlsx", dataclasses.replace(now, responses=rest | now.responses), shipped),
        saved(tmp_path, "old.xlsx", dataclasses.replace(last, responses=rest | last.responses), shipped),
    ]
    done = run("history", *files, "--out", tmp_path / "trend.csv")
    assert done == (
        0,
        [
            "Hilltop (URN 900001), 2026/27, not signed",
            "Hilltop (URN 900001), 2025/26, not signed",
            "K coverage is 4% in 2026/27, higher than in 2025/26 (2%).",
            "Year 2025/26; Apply 53; Met 1; K coverage 2%; Written 4%; Done 2%; Not known 0",
            "Year 2026/27; Apply 53; Met 2; K coverage 4%; Written 4%; Done 4%; Not known 0",
            "Self-reported by the school. Nobody outside it has checked these answers.",
            f"Wrote {tmp_path / 'trend.csv'}.",
        ],
        [],
    )
    with (tmp_path / "trend.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [(row["year"], row["over"], row["coverage_lowest"]) for row in csv.DictReader(file)] == [
            ("2025/26", "all", "1.89"),
            ("2025/26", "common", "1.89"),
            ("2026/27", "all", "3.77"),
            ("2026/27", "common", "3.77"),
        ]


def test_history_wants_one_workbook_of_each_year(tmp_path: Path, last: Audit, shipped: Criteria) -> None:
    """Two workbooks of one year are refused, since nobody can tell which holds."""
    files = [saved(tmp_path, name, last, shipped) for name in ("one.xlsx", "two.xlsx")]
    done = run("history", *files)
    assert (done.status, done.err) == (1, ["Files: More than one is of 2025/26. Give one workbook of each year."])


@pytest.mark.parametrize("job", [("next", "--out", "next.xlsx"), ("changes",), ("history",)])
def test_a_file_that_cannot_be_used_is_told(tmp_path: Path, job: tuple[str, ...]) -> None:
    """What is no workbook, or is not there, is told in plain words."""
    (tmp_path / "no.xlsx").write_bytes(b"no workbook")
    files = [tmp_path / "no.xlsx", tmp_path / "gone.xlsx"][: 1 if job[0] == "next" else 2]
    done = run(job[0], *files, *(tmp_path / one if one.endswith(".xlsx") else one for one in job[1:]))
    assert (done.status, len(done.err) >= len(files)) == (1, True)


def test_each_framework_is_told_apart(tmp_path: Path, every_framework: Criteria) -> None:
    """Changes and trend are of one framework at a time; one that only one year answers is named, and nothing is added up."""
    kent, duties = (ref for ref in every_framework.refs if ref.id in ("kcc-2010", "england-2026"))
    kent, duties = sorted((kent, duties), reverse=True)
    last = audit_of(every_framework, {K1: NOT_DONE, "kcc-2.1-k1": MET}, year="2025/26", frameworks=(kent,))
    now = audit_of(every_framework, {K1: MET, "eng-2.1-1": MET}, frameworks=(kent, duties), as_printed=False)
    old, new = saved(tmp_path, "old.xlsx", last, every_framework), saved(tmp_path, "new.xlsx", now, every_framework)
    changed = run("changes", old, new, "--out", tmp_path / "changes.csv")
    assert changed.out[2] == "The Kent template:"
    assert any(
        "12 no longer asked in 2026/27, because law or guidance has overtaken them" in one for one in changed.out
    )
    assert (
        "No longer asked: overtaken: 12. Law or guidance has overtaken it since, so the later audit does not ask it."
        in (changed.out)
    )
    assert any(one.startswith("Today's duties: answered in 2026/27 only, so ") for one in changed.out)
    with (tmp_path / "changes.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["statement"] for row in rows if row["because"]] == [
        row["statement"] for row in rows if row["change"] == "overtaken"
    ]
    told = run("history", old, new, "--out", tmp_path / "trend.csv").out
    assert [one for one in told if one.endswith(":")] == ["The Kent template:", "Today's duties:"]
    assert any(one.startswith("K coverage over the 41 statements that every year asks is ") for one in told)
    assert any(one.startswith("Coverage of today's duties is ") for one in told)
    with (tmp_path / "trend.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [(row["framework"], row["year"], row["over"], row["recommended"]) for row in csv.DictReader(file)] == [
            ("kcc-2010", "2025/26", "all", "53"),
            ("kcc-2010", "2025/26", "common", "41"),
            ("kcc-2010", "2026/27", "all", "41"),
            ("kcc-2010", "2026/27", "common", "41"),
            ("england-2026", "2026/27", "all", "114"),
            ("england-2026", "2026/27", "common", "114"),
        ]
