"""Who has sent a return, who has faults to mend, who is awaited, and what to ask each for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.authority.reconcile import Intake, settle
from audit.authority.register import Register, RegisteredSchool
from audit.authority.returns import Return
from audit.authority.tables import STANDINGS, TRACKER
from audit.authority.tracker import CHASE, TALLY, chase_list, tally, tracker, tracker_headline
from audit.model import Criteria, Phase, Response, School
from audit.problems import Problem
from audit.tables import checked
from tests.conftest import audit_of, returned

YEAR = "2025/26"
HILLTOP = RegisteredSchool(urn="900001", name="Hilltop Primary School", phase="primary", type="LA maintained")
VALLEY = RegisteredSchool(urn="900002", name="Valley School", phase="secondary", type="Academy")
DALE = RegisteredSchool(urn="900003", name="Dale School", type="Independent")
WOOD = RegisteredSchool(urn="900004", name="Wood School", phase="primary", expected=False)
REGISTER = Register({school.urn: school for school in (HILLTOP, VALLEY, DALE, WOOD)})
NO_ANSWER = Problem(
    where="hilltop.xlsx, sheet Answers, cell F3", what='"Yess" is no answer.', fix="Choose an answer from the list."
)


def sent(
    criteria: Criteria,
    file: str,
    *problems: Problem,
    urn: str = "900001",
    name: str = "Hilltop",
    phase: Phase = "primary",
    year: str = YEAR,
    **changes: object,
) -> Return:
    """A return that was taken in with these problems; errors among them did not keep it from being used."""
    school = School(urn=urn, name=name, phase=phase)
    responses = {"toy-1.1-k1": Response(written="yes", practice=3)}
    found = returned(audit_of(criteria, responses, school=school, year=year, **changes), criteria, file=file)
    return Return(**{**{name: getattr(found, name) for name in Return.__dataclass_fields__}, "problems": problems})


def refused(file: str, what: str = "The file is locked with a password.", *, urn: str = "", name: str = "") -> Return:
    """A file that cannot be used."""
    return Return(
        file=file, digest=file, problems=(Problem(where=file, what=what, fix="Send it again."),), urn=urn, name=name
    )


def standings(table: pd.DataFrame) -> list[tuple[str, str, str, str]]:
    """Each school with its standing, file and remark."""
    columns = checked(table, TRACKER)[["school", "standing", "file", "remark"]]
    return [tuple(row) for row in columns.astype(object).to_numpy()]


def standing_of(urn: str, intake: Intake) -> tuple[str, str, str]:
    """Standing, file and remark of one school."""
    row = intake.tracker.set_index("urn").loc[urn]
    return row["standing"], row["file"], row["remark"]


def test_every_school_expected_or_heard_from_has_a_standing(toy: Criteria) -> None:
    """Received, received with faults, not received, not expected; in this order, then by name."""
    files = [
        sent(toy, "valley.xlsx", urn="900002", name="Valley", phase="secondary"),
        sent(toy, "hilltop.xlsx", NO_ANSWER),
        sent(toy, "wood.xlsx", urn="900004", name="Wood"),
        sent(toy, "field.xlsx", urn="900009", name="Field"),
    ]
    table = settle(files, toy, register=REGISTER).tracker
    assert standings(table) == [
        ("Valley School", "received", "valley.xlsx", ""),
        (
            "Hilltop Primary School",
            "received with faults",
            "hilltop.xlsx",
            '1 fault to mend: Sheet Answers, cell F3: "Yess" is no answer.',
        ),
        ("Dale School", "not received", "", ""),
        ("Field", "not expected", "field.xlsx", "It is not in the register."),
        ("Wood School", "not expected", "wood.xlsx", "The register does not have it as open."),
    ]
    assert [None if pd.isna(kind) else kind for kind in table["type"]] == [
        "Academy",
        "LA maintained",
        "Independent",
        None,
        "",
    ]
    assert [None if pd.isna(phase) else phase for phase in table["phase"]] == [
        "secondary",
        "primary",
        None,
        "primary",
        "primary",
    ]


def test_warnings_alone_are_no_faults(toy: Criteria) -> None:
    """A return of which all could be used is received, whatever its school should know besides."""
    warning = Problem(where="a.xlsx", what="Odd.", fix="Look.", severity="warning")
    intake = settle([sent(toy, "a.xlsx", warning)], toy, register=REGISTER)
    assert standing_of("900001", intake) == ("received", "a.xlsx", "")


def test_a_refused_file_is_received_with_faults(toy: Criteria) -> None:
    """If its URN could be read, the school has sent something and is asked to mend it."""
    intake = settle([refused("a.xlsx", urn="900001")], toy, register=REGISTER, year=YEAR)
    assert standing_of("900001", intake) == (
        "received with faults",
        "a.xlsx",
        "a.xlsx cannot be used: The file is locked with a password.",
    )


@pytest.mark.parametrize(
    ("file", "name", "urn"),
    [
        ("returns.zip/900001 audit.xlsx", "", "900001"),
        ("audit_900001_v2.xlsx", "", "900001"),
        ("audit.xlsx", "Hilltop Primary", "900001"),
        ("900002.xlsx", "Hilltop Primary", "900002"),
        ("900001/audit.xlsx", "", None),
        ("900001 and 900002.xlsx", "", None),
        ("9000012.xlsx", "", None),
        ("900009.xlsx", "", None),
        ("900004.xlsx", "", None),
        ("audit.xlsx", "Field", None),
    ],
)
def test_a_file_that_cannot_be_opened_is_known_by_its_name(
    toy: Criteria, file: str, name: str, urn: str | None
) -> None:
    """The URN of an expected school in the file's own name, else the school's name in the file, tells who sent it."""
    table = settle([refused(file, name=name)], toy, register=REGISTER, year=YEAR).tracker
    assert list(table["urn"][table["standing"] == "received with faults"]) == ([urn] if urn else [])
    assert len(table) == 3


def test_a_file_that_counts_stands_before_one_that_cannot_be_used(toy: Criteria) -> None:
    """The school has sent a return; the other files are a remark."""
    files = [
        sent(toy, "good.xlsx"),
        *(refused(f"{n}.xlsx", "The file is empty.", urn="900001") for n in (1, 2, 3)),
    ]
    assert standing_of("900001", settle(files, toy, register=REGISTER)) == (
        "received",
        "good.xlsx",
        "1.xlsx cannot be used: The file is empty. 2 more files cannot be used.",
    )


def test_last_years_return_is_remarked_where_this_years_is_awaited(toy: Criteria) -> None:
    """The newest other year is named; a school that has sent this year's needs no remark."""
    files = [
        sent(toy, "old.xlsx", year="2023/24"),
        sent(toy, "last.xlsx", year="2024/25"),
        sent(toy, "before.xlsx", urn="900002", name="Valley", phase="secondary", year="2024/25"),
        sent(toy, "now.xlsx", urn="900002", name="Valley", phase="secondary"),
    ]
    intake = settle(files, toy, register=REGISTER, year=YEAR)
    assert standing_of("900001", intake) == ("not received", "", "A return for 2024/25 came (last.xlsx).")
    assert standing_of("900002", intake) == ("received", "now.xlsx", "")


@pytest.mark.parametrize(
    ("year", "completed_on", "said"),
    [
        ("2024/25", dt.date(2025, 11, 3), ", completed on 03/11/2025: is the year in it right?"),
        ("2024/25", dt.date(2026, 11, 3), ", completed on 03/11/2026: is the year in it right?"),
        ("2024/25", dt.date(2025, 3, 11), "."),
        ("2024/25", None, "."),
        ("2026/27", dt.date(2025, 11, 3), "."),
    ],
)
def test_last_years_workbook_filled_in_this_year_is_asked_about(
    toy: Criteria, year: str, completed_on: dt.date | None, said: str
) -> None:
    """Completed this year or later but for the year before, it may be this year's return with the wrong year in it."""
    files = [sent(toy, "a.xlsx", year=year, completed_on=completed_on)]
    intake = settle(files, toy, register=REGISTER, year=YEAR)
    assert standing_of("900001", intake) == ("not received", "", f"A return for {year} came (a.xlsx){said}")


def test_a_file_under_the_old_urn_is_remarked(toy: Criteria) -> None:
    """Accepted or refused, it stands for the school under its new URN, also where the register has only the old one."""
    successors = {"900008": "900001", "900002": "900007"}
    files = [
        sent(toy, "a.xlsx", urn="900008"),
        refused("b.xlsx", "The file is empty.", urn="900002"),
    ]
    intake = settle(files, toy, register=REGISTER, successors=successors)
    assert standing_of("900001", intake) == ("received", "a.xlsx", "a.xlsx came under its old URN 900008.")
    assert standing_of("900007", intake) == (
        "received with faults",
        "b.xlsx",
        "b.xlsx cannot be used: The file is empty. b.xlsx came under its old URN 900002.",
    )
    assert list(intake.tracker["school"]) == ["Hilltop Primary School", "Valley School", "Dale School"]


def test_without_a_register_every_school_heard_from_is_listed(toy: Criteria) -> None:
    """Nobody can be missing or unexpected; a school without this year's file is not listed."""
    files = [
        sent(toy, "a.xlsx"),
        refused("b.xlsx", "The file is empty.", urn="900002"),
        refused("900003.xlsx", "The file is empty."),
        sent(toy, "c.xlsx", urn="900004", name="Wood", year="2024/25"),
    ]
    table = settle(files, toy, year=YEAR).tracker
    assert standings(table) == [
        ("Hilltop", "received", "a.xlsx", ""),
        ("", "received with faults", "b.xlsx", "b.xlsx cannot be used: The file is empty."),
    ]
    assert table["type"].isna().all()
    assert tracker_headline(table, YEAR) == (
        "2 schools have sent a return for 2025/26; 1 of them needs mending; "
        "without a register, nobody is known to be missing."
    )


def rows(table: pd.DataFrame) -> list[list[object]]:
    """A table as lists, None for blank."""
    return [[None if pd.isna(value) else value for value in row] for row in table.astype(object).to_numpy()]


def test_schools_are_counted_by_phase_and_standing(toy: Criteria) -> None:
    """One row per phase that occurs, in the usual order, those without a known phase, then all; percent of expected."""
    files = [
        sent(toy, "hilltop.xlsx", NO_ANSWER),
        sent(toy, "valley.xlsx", urn="900002", name="Valley", phase="secondary"),
        sent(toy, "field.xlsx", urn="900009", name="Field", phase="secondary"),
    ]
    table = settle(files, toy, register=REGISTER).tracker
    counts = checked(tally(table), TALLY)
    assert list(counts.columns) == ["phase", "expected", *STANDINGS, "percent"]
    assert rows(counts) == [
        ["primary", 1, 0, 1, 0, 0, 100.0],
        ["secondary", 1, 1, 0, 0, 1, 100.0],
        ["not known", 1, 0, 0, 1, 0, 0.0],
        ["all", 3, 1, 1, 1, 1, pytest.approx(200 / 3)],
    ]
    assert tracker_headline(table, YEAR) == (
        "2 of 3 schools expected have sent a return for 2025/26 (67%); 1 of them needs mending; "
        "1 school not expected sent one too."
    )


def test_without_a_register_nothing_is_a_share_of_anything(toy: Criteria) -> None:
    """Expected and percent are blank, never 0 and never 100."""
    assert rows(tally(settle([sent(toy, "a.xlsx")], toy).tracker)) == [
        ["primary", None, 1, 0, 0, 0, None],
        ["all", None, 1, 0, 0, 0, None],
    ]


def test_a_phase_in_which_nobody_is_expected_has_no_percent(toy: Criteria) -> None:
    """There is nothing to divide by."""
    only_valley = Register({"900002": VALLEY})
    table = settle([sent(toy, "a.xlsx")], toy, register=only_valley).tracker
    assert rows(tally(table)) == [
        ["primary", 0, 0, 0, 0, 1, None],
        ["secondary", 1, 0, 0, 1, 0, 0.0],
        ["all", 1, 0, 0, 1, 1, 0.0],
    ]


def test_nothing_sent_and_nothing_expected_is_said(toy: Criteria) -> None:
    """An intake without any file has a tally of no school and a headline all the same."""
    table = settle([], toy, year=YEAR).tracker
    assert rows(tally(table)) == [["all", None, 0, 0, 0, 0, None]]
    assert tracker_headline(table, YEAR) == (
        "0 schools have sent a return for 2025/26; without a register, nobody is known to be missing."
    )


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "0 of 2 schools expected have sent a return for 2025/26 (0%)."),
        (1, "1 of 2 schools expected has sent a return for 2025/26 (50%)."),
        (2, "2 of 2 schools expected have sent a return for 2025/26 (100%)."),
    ],
)
def test_the_headline_says_how_many_have_sent_theirs(toy: Criteria, count: int, said: str) -> None:
    """Of those expected, with the percentage and, where there are any, how many need mending."""
    two = Register({"900001": HILLTOP, "900002": VALLEY})
    files = [sent(toy, f"{urn}.xlsx", urn=urn) for urn in ("900001", "900002")][:count]
    assert tracker_headline(tracker(files, [], year=YEAR, register=two), YEAR) == said


def test_the_chase_list_says_what_to_ask_each_school_for(toy: Criteria) -> None:
    """Schools that have sent nothing, or something to mend, with the faults by place and remedy; no others."""
    second = Problem(where="hilltop.xlsx", what="A sheet is missing.", fix="Restore it.")
    warning = Problem(where="hilltop.xlsx", what="Odd.", fix="Look.", severity="warning")
    files = [
        sent(toy, "in.zip/hilltop.xlsx", NO_ANSWER, second, warning),
        sent(toy, "wood.xlsx", urn="900004", name="Wood"),
        sent(toy, "last.xlsx", urn="900003", name="Dale", year="2024/25"),
    ]
    intake = settle(files, toy, register=REGISTER, year=YEAR)
    chased = checked(chase_list(intake.tracker, intake.problems), CHASE)
    assert [(row[0], row[1]) for row in rows(chased[["school", "ask"]])] == [
        (
            "Hilltop Primary School",
            "Please mend this in hilltop.xlsx, and send it again:\n"
            "A sheet is missing. Restore it.\n"
            'Sheet Answers, cell F3: "Yess" is no answer. Choose an answer from the list.',
        ),
        ("Dale School", "Please send this year's return. A return for 2024/25 came (last.xlsx)."),
        ("Valley School", "Please send this year's return."),
    ]


def test_a_letter_lists_twenty_faults_and_counts_the_rest(toy: Criteria) -> None:
    """Nobody reads two hundred lines; the list of problems has them all."""
    faults = [Problem(where=f"a.xlsx, sheet A, cell B{n}", what="Wrong.", fix="Mend it.") for n in range(1, 31)]
    intake = settle([sent(toy, "a.xlsx", *faults)], toy)
    lines = chase_list(intake.tracker, intake.problems)["ask"].iloc[0].split("\n")
    assert (len(lines), lines[-1]) == (22, "There are 10 more; the list of problems has them all.")


def test_an_empty_chase_list_is_a_table_too(toy: Criteria) -> None:
    """With nobody to write to there are headings and no row."""
    intake = settle([], toy)
    assert checked(chase_list(intake.tracker, intake.problems), CHASE).empty


urns = st.sampled_from(("900001", "900002", "900003", "900004", "900009"))


@settings(deadline=None, max_examples=30)
@given(
    accepted=st.lists(st.tuples(urns, st.booleans(), st.sampled_from((YEAR, "2024/25"))), max_size=6),
    unusable=st.lists(urns | st.just(""), max_size=4),
    registered=st.booleans(),
)
def test_the_tracker_adds_up(
    toy: Criteria, accepted: Sequence[tuple[str, bool, str]], unusable: Sequence[str], registered: bool
) -> None:
    """Each school has one row; standings add up to it, expected to the register, phases to all; who sent is received."""
    files = [
        *(
            sent(toy, f"{n}.xlsx", *([NO_ANSWER] * fault), urn=urn, year=year)
            for n, (urn, fault, year) in enumerate(accepted)
        ),
        *(refused(f"refused {n}.xlsx", urn=urn) for n, urn in enumerate(unusable)),
    ]
    table = settle(files, toy, year=YEAR, register=REGISTER if registered else None).tracker
    assert table["urn"].is_unique
    counts = tally(table).drop(columns="percent")
    whole, parts = counts.iloc[-1], counts.iloc[:-1]
    assert sum(whole[standing] for standing in STANDINGS) == len(table)
    assert [parts[name].sum() for name in STANDINGS] == [whole[name] for name in STANDINGS]
    heard = {urn for urn, _, year in accepted if year == YEAR} | set(unusable) - {""}
    assert set(table["urn"][table["standing"] != "not received"]) == heard
    if registered:
        expected = {"900001", "900002", "900003"}
        assert whole["expected"] == len(expected)
        assert set(table["urn"][table["standing"] == "not received"]) == expected - heard
        assert set(table["urn"][table["standing"] == "not expected"]) == heard - expected
    else:
        assert set(table["urn"]) == heard
