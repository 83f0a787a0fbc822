"""Which return of a school counts, and what became of every file."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.authority.reconcile import settle
from audit.authority.tables import FILES, PROBLEMS, TRACKER
from audit.authority.tracker import Place, problem_place
from audit.model import Criteria, Signature, SigningRole, SignOff, academic_year
from audit.problems import Problem
from audit.tables import checked
from tests.collected import (
    EARLY,
    HILLTOP,
    LATE,
    MET,
    ONE_ANSWER,
    TWO_ANSWERS,
    VALLEY,
    refused,
    register,
    remarks,
    sent,
    verdicts,
    warnings,
)


def test_the_return_completed_last_counts(toy: Criteria) -> None:
    """Of one school and year the newest by the day of completion counts; the other is set aside and says for which."""
    intake = settle([sent(toy, "b.xlsx", completed_on=EARLY), sent(toy, "a.xlsx", completed_on=LATE)], toy)
    assert verdicts(intake) == [
        ("a.xlsx", "counts"),
        ("b.xlsx", "a.xlsx counts: it was completed on 04/02/2026, this one on 03/11/2025."),
    ]
    assert list(intake.returns.table["file"]) == ["a.xlsx"]


def test_a_completed_return_counts_before_an_open_one(toy: Criteria) -> None:
    """A return without a day of completion is the oldest, however much it answers."""
    intake = settle([sent(toy, "open.xlsx", responses=TWO_ANSWERS), sent(toy, "done.xlsx", completed_on=EARLY)], toy)
    assert verdicts(intake) == [
        ("done.xlsx", "counts"),
        ("open.xlsx", "done.xlsx counts: it was completed on 03/11/2025, this one is still open."),
    ]


def sign_off(version: int, *roles: SigningRole) -> SignOff:
    """A sign-off as a return names it."""
    signatures = tuple(Signature(role=role, on=EARLY) for role in roles)
    return SignOff(version=version, content="c", criteria="d", seal="e", signatures=signatures)


def test_a_signed_return_counts_before_a_newer_open_one(toy: Criteria) -> None:
    """What headteacher and governors stand for counts, whatever was sent later; only an adviser's choice comes before."""
    signed = sent(toy, "signed.xlsx", completed_on=EARLY, sign_offs=(sign_off(1, "headteacher"),))
    later = sent(toy, "later.xlsx", completed_on=LATE)
    assert verdicts(settle([later, signed], toy)) == [
        ("later.xlsx", "signed.xlsx counts: it is signed off, this one is not."),
        ("signed.xlsx", "counts"),
    ]
    assert verdicts(settle([later, signed], toy, chosen=["later.xlsx"]))[0] == ("later.xlsx", "counts")
    desk = sent(toy, "desk.xlsx", basis="desk review", sign_offs=(sign_off(1, "headteacher"),))
    assert verdicts(settle([later, desk], toy))[1] == ("later.xlsx", "counts")


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        (
            sign_off(2, "headteacher"),
            "b.xlsx counts: it is version 2 of what was signed, this one version 1.",
        ),
        (
            sign_off(1, "headteacher", "chair of governors"),
            "b.xlsx counts: the chair of governors has signed it too.",
        ),
    ],
    ids=["later version", "both signatures"],
)
def test_of_signed_returns_the_later_version_counts(toy: Criteria, more: SignOff, reason: str) -> None:
    """Then the one with more signatures."""
    one = sent(toy, "a.xlsx", completed_on=LATE, sign_offs=(sign_off(1, "headteacher"),))
    other = sent(toy, "b.xlsx", completed_on=EARLY, sign_offs=(more,))
    intake = settle([one, other], toy)
    assert verdicts(intake) == [("a.xlsx", reason), ("b.xlsx", "counts")]
    assert list(intake.files["signed"]) == [
        "Version 1: headteacher; signed with 3 of 4 not answered",
        f"Version {more.version}: {', '.join(signature.role for signature in more.signatures)}; "
        "signed with 3 of 4 not answered",
    ]


def test_of_returns_of_one_day_the_fuller_counts(toy: Criteria) -> None:
    """Completed on the same day, or both open, the one with more answers counts."""
    intake = settle([sent(toy, "a.xlsx", responses=TWO_ANSWERS), sent(toy, "b.xlsx")], toy)
    assert verdicts(intake) == [
        ("a.xlsx", "counts"),
        (
            "b.xlsx",
            "a.xlsx counts: nothing tells which is newer, and it has 2 answers, this one 1.",
        ),
    ]


def test_of_equal_returns_the_last_by_path_counts(toy: Criteria) -> None:
    """Where nothing else decides, the path of the file does, so that the result is always the same."""
    other = {"toy-1.1-k2": MET}
    intake = settle([sent(toy, "b.xlsx", responses=other), sent(toy, "a.xlsx")], toy)
    assert verdicts(intake) == [
        ("a.xlsx", "b.xlsx counts: nothing tells which is newer, and it is the last by name."),
        ("b.xlsx", "counts"),
    ]


def test_the_same_file_twice_counts_once(toy: Criteria) -> None:
    """Two files with the same bytes are one; where a third counts, each names that one."""
    twins = [sent(toy, name, digest="same") for name in ("a.xlsx", "zip/a.xlsx")]
    assert verdicts(settle(twins, toy)) == [
        ("a.xlsx", "The same file twice; zip/a.xlsx counts."),
        ("zip/a.xlsx", "counts"),
    ]
    newer = sent(toy, "new.xlsx", completed_on=EARLY)
    assert [state for _, state in verdicts(settle([*twins, newer], toy))] == [
        "new.xlsx counts: it was completed on 03/11/2025, this one is still open.",
        "counts",
        "new.xlsx counts: it was completed on 03/11/2025, this one is still open.",
    ]


def test_the_advisers_choice_counts_before_all_else(toy: Criteria) -> None:
    """A file that the adviser chose by its digest counts, though another is newer."""
    files = [sent(toy, "old.xlsx", completed_on=EARLY), sent(toy, "new.xlsx", completed_on=LATE)]
    assert verdicts(settle(files, toy, chosen={"old.xlsx"})) == [
        ("new.xlsx", "The adviser chose old.xlsx."),
        ("old.xlsx", "counts"),
    ]


def test_a_desk_review_never_takes_the_place_of_a_schools_own_audit(toy: Criteria) -> None:
    """A reading of the published policy, however new, is set aside for what the school says itself."""
    review = sent(toy, "review.xlsx", basis="desk review", policy_read="Policy", completed_on=LATE)
    assert verdicts(settle([review, sent(toy, "own.xlsx")], toy)) == [
        ("own.xlsx", "counts"),
        ("review.xlsx", "own.xlsx counts: it is the school's own audit, this one a desk review."),
    ]


def test_each_school_and_year_counts_once(toy: Criteria) -> None:
    """Returns of other schools and other years stand beside each other."""
    files = [
        sent(toy, "a.xlsx"),
        sent(toy, "b.xlsx", year="2024/25"),
        sent(toy, "c.xlsx", urn="900002", name="Valley"),
    ]
    assert [state for _, state in verdicts(settle(files, toy))] == ["counts"] * 3


def test_a_school_that_changed_its_urn_is_one_school(toy: Criteria) -> None:
    """Its returns stand under the newest URN, with last year's as its history and the old one of this year set aside."""
    files = [
        sent(toy, "2024.xlsx", urn="900009", year="2024/25"),
        sent(toy, "old.xlsx", urn="900009"),
        sent(toy, "new.xlsx", urn="900001", completed_on=EARLY),
    ]
    intake = settle(files, toy, year="2025/26", successors={"900009": "900001"})
    assert list(intake.returns.table["urn"]) == ["900001", "900001"]
    assert list(intake.returns.table["year"]) == ["2024/25", "2025/26"]
    assert [state for _, state in verdicts(intake)] == [
        "counts",
        "counts",
        "new.xlsx counts: it was completed on 03/11/2025, this one is still open.",
    ]
    assert warnings(intake) == []


def test_a_return_under_the_old_urn_is_counted_and_the_school_told(toy: Criteria) -> None:
    """The school is asked to write its new URN next time; the adviser sees which file it was."""
    intake = settle([sent(toy, "a.xlsx", urn="900009")], toy, successors={"900009": "900001"})
    assert warnings(intake) == [("a.xlsx", "The school's URN is now 900001; 900009 is its old one.")]
    assert remarks(intake) == {"900001": "a.xlsx came under its old URN 900009."}


@pytest.mark.parametrize(
    ("years", "expected"),
    [
        ({"2024/25": 1}, "2024/25"),
        ({"2023/24": 1, "2024/25": 1}, "2024/25"),
        ({"2023/24": 20, "2024/25": 2}, "2024/25"),
        ({"2023/24": 21, "2024/25": 2}, "2023/24"),
        ({"2024/25": 1, "2098/99": 9}, "2024/25"),
        ({"2098/99": 1}, "2098/99"),
        ({}, academic_year(dt.date.today())),
    ],
)
def test_the_year_is_the_latest_with_enough_returns(toy: Criteria, years: dict[str, int], expected: str) -> None:
    """Last year's returns lie beside this year's and are more; a few files with a wrong year decide nothing."""
    all_years = [year for year, count in years.items() for _ in range(count)]
    files = [sent(toy, f"{n}.xlsx", urn=str(900001 + n), year=year) for n, year in enumerate(all_years)]
    assert settle(files, toy).year == expected


def test_a_year_that_is_asked_for_is_taken_as_it_is(toy: Criteria) -> None:
    """Whatever years the files are of."""
    assert settle([sent(toy, "a.xlsx")], toy, year="2022/23").year == "2022/23"


def test_every_file_has_a_row_with_what_could_be_read(toy: Criteria) -> None:
    """FILES holds refused files too, with URN and name as far as they are known, and the first problem with its place."""
    warned = sent(toy, "in.zip/b.xlsx", completed_on=EARLY).with_problems(
        Problem(where="b.xlsx, sheet School, cell B9", what="Odd.", fix="Mend it.", severity="warning")
    )
    intake = settle([refused("a.xlsx", "It is locked.", urn="900002", name="Valley"), warned], toy)
    assert checked(intake.files, FILES).astype(object).where(intake.files.notna(), None).to_dict("records") == [
        {
            "file": "a.xlsx",
            "verdict": "refused",
            "counts": False,
            "set_aside": "",
            "urn": "900002",
            "school": "Valley",
            "year": "",
            "completed_on": None,
            "last_answer_at": None,
            "modified_at": None,
            "signed": "",
            "faults": 1,
            "warnings": 0,
            "first_problem": "It is locked.",
            "digest": "a.xlsx",
        },
        {
            "file": "in.zip/b.xlsx",
            "verdict": "accepted with warnings",
            "counts": True,
            "set_aside": "",
            "urn": "900001",
            "school": "Hilltop",
            "year": "2025/26",
            "completed_on": pd.Timestamp(2025, 11, 3),
            "last_answer_at": None,
            "modified_at": None,
            "signed": "",
            "faults": 0,
            "warnings": 1,
            "first_problem": "Sheet School, cell B9: Odd.",
            "digest": "in.zip/b.xlsx",
        },
    ]


def test_an_error_is_told_before_a_warning(toy: Criteria) -> None:
    """The first problem of a file is the one that matters most, and a fault does not keep a return from counting."""
    problems = (
        Problem(where="a.xlsx, sheet School", what="Odd.", fix="Mend it.", severity="warning"),
        Problem(where="a.xlsx, sheet Answers, cell F3", what='"Yess" is no answer.', fix="Choose one."),
    )
    intake = settle([dataclasses.replace(sent(toy, "a.xlsx"), problems=problems)], toy)
    assert list(intake.files["first_problem"]) == ['Sheet Answers, cell F3: "Yess" is no answer.']
    assert (list(intake.files["faults"]), list(intake.files["counts"])) == ([1], [True])


def test_problems_stand_in_the_order_of_files_sheets_and_cells(toy: Criteria) -> None:
    """Whole-file problems come first, then the sheets as the reader met them, then row by row."""
    places = [
        "sheet School, cell B10",
        "sheet School, cell B9",
        "sheet Answers, cell G4 to H6",
        "sheet Answers, cell AA3",
    ]
    problems = [Problem(where=f"b.xlsx, {place}", what=place, fix="") for place in places]
    one = dataclasses.replace(sent(toy, "b.xlsx"), problems=(*problems, Problem(where="b.xlsx", what="All", fix="")))
    intake = settle([one, refused("a.xlsx")], toy)
    assert [row[0] + " " + "!".join(row[1:]) for row in intake.problems[["file", "sheet", "cell"]].to_numpy()] == [
        "a.xlsx !",
        "b.xlsx !",
        "b.xlsx School!B9",
        "b.xlsx School!B10",
        "b.xlsx Answers!AA3",
        "b.xlsx Answers!G4 to H6",
    ]


@pytest.mark.parametrize(
    ("where", "file", "place"),
    [
        ("Hilltop.xlsx, sheet Answers, cell E14", "Hilltop.xlsx", Place(sheet="Answers", cell="E14")),
        ("Hilltop.xlsx, sheet Answers", "Hilltop.xlsx", Place(sheet="Answers")),
        ("Hilltop.xlsx", "Hilltop.xlsx", Place()),
        ("Hilltop.xlsx, sheet A, cell B1", "in.zip/2026/Hilltop.xlsx", Place(sheet="A", cell="B1")),
        ("Hill, sheet 2.xlsx, sheet A, cell B1", "Hill, sheet 2.xlsx", Place(sheet="A", cell="B1")),
        ("a.xlsx, sheet Years 1, 2, cell C3, cell D4", "a.xlsx", Place(sheet="Years 1, 2, cell C3", cell="D4")),
        ("a.xlsx, sheet Two\nlines, cell D4", "a.xlsx", Place(sheet="Two\nlines", cell="D4")),
        ("a.xlsx, sheet A, cell B1 to AB10", "a.xlsx", Place(sheet="A", cell="B1 to AB10")),
        ("a.xlsx, sheet A, row 3", "a.xlsx", Place(sheet="A", rest="row 3")),
        ("a.xlsx, line 3", "a.xlsx", Place(rest="line 3")),
        ("a.xlsx, part xl/styles.xml", "a.xlsx", Place(rest="part xl/styles.xml")),
        ("other.xlsx, sheet A", "a.xlsx", Place(rest="other.xlsx, sheet A")),
        ("", "a.xlsx", Place(rest="")),
    ],
)
def test_a_place_is_taken_apart_whatever_names_hold(where: str, file: str, place: Place) -> None:
    """File, sheet and cell are told apart even if their names hold commas; what is neither is kept."""
    assert problem_place(where, file) == place


def test_a_place_without_sheet_and_cell_is_said_with_the_problem(toy: Criteria) -> None:
    """Nothing of a place is lost in the table."""
    one = refused("a.xlsx")
    problem = Problem(where="a.xlsx, line 3", what="It is wrong.", fix="Mend it.")
    assert warnings(settle([dataclasses.replace(one, problems=(problem,))], toy)) == [
        ("a.xlsx", "Line 3: It is wrong.")
    ]


def test_no_file_gives_empty_tables(toy: Criteria) -> None:
    """Nothing taken in is not an error."""
    intake = settle([], toy)
    assert [len(table) for table in (intake.files, intake.problems, intake.tracker, intake.returns.table)] == [0] * 4
    for table, schema in ((intake.files, FILES), (intake.problems, PROBLEMS), (intake.tracker, TRACKER)):
        checked(table, schema)


names = st.sampled_from(("Hilltop", "Valley", "Dale"))
urns = st.sampled_from(("900001", "900002", "900009"))
any_file = st.fixed_dictionaries(
    {
        "urn": urns,
        "name": names,
        "year": st.sampled_from(("2024/25", "2025/26")),
        "completed_on": st.sampled_from((None, EARLY, LATE)),
        "responses": st.sampled_from((ONE_ANSWER, TWO_ANSWERS)),
        "digest": st.sampled_from(("", "same")),
        "refused": st.booleans(),
    }
)


@settings(deadline=None, max_examples=40)
@given(files=st.lists(any_file, max_size=6), chosen=st.booleans(), registered=st.booleans(), data=st.data())
def test_the_order_of_files_never_matters_and_each_ends_in_one_place(
    toy: Criteria, files: list[dict[str, object]], chosen: bool, registered: bool, data: st.DataObject
) -> None:
    """Every file counts, is set aside, or is refused; one counts of each school and year; order changes nothing."""
    found = []
    for number, file in enumerate(files):
        path, is_refused = f"{number}.xlsx", file.pop("refused")
        found.append(
            refused(path, urn=str(file["urn"]), name=str(file["name"])) if is_refused else sent(toy, path, **file)  # type: ignore[arg-type]
        )
    options = {
        "register": register(HILLTOP, VALLEY) if registered else None,
        "successors": {"900009": "900002"},
        "chosen": {"same"} if chosen else (),
    }
    intake = settle(found, toy, **options)  # type: ignore[arg-type]
    again = settle(data.draw(st.permutations(found)), toy, **options)  # type: ignore[arg-type]
    assert intake.year == again.year
    for name in ("files", "problems", "tracker"):
        pd.testing.assert_frame_equal(getattr(intake, name), getattr(again, name))
    pd.testing.assert_frame_equal(intake.returns.table, again.returns.table)
    table = intake.files
    places = pd.DataFrame(
        {"counts": table["counts"], "aside": table["set_aside"] != "", "refused": table["verdict"] == "refused"}
    )
    assert (places.sum(axis=1) == 1).all()
    assert len(table) == len(found)
    assert sorted(table["file"][table["counts"]]) == sorted(intake.returns.table["file"])
    assert not intake.returns.table.duplicated(["urn", "year"]).any()
