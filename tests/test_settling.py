"""Which return of a school counts, what became of every file, and what shows only when all lie side by side."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.authority.collecting.register import Register, RegisteredSchool, read_register
from audit.authority.collecting.settling import Intake, settle
from audit.authority.collecting.verdicts import Place, place_of
from audit.authority.returns import Return
from audit.authority.tables import FILES, PROBLEMS, TRACKER
from audit.model import (
    Area,
    Criteria,
    Phase,
    Question,
    Response,
    School,
    Signature,
    SigningRole,
    SignOff,
    academic_year,
)
from audit.problems import Problem
from audit.tables import check
from tests.conftest import audit_of, framework, returned, statement

MET = Response(written="yes", practice=3)
NOT_DONE = Response(written="yes", practice=1)
ONE_ANSWER = {"toy-1.1-k1": MET}
TWO_ANSWERS = {"toy-1.1-k1": MET, "toy-1.1-k2": MET}
EARLY, LATE = dt.date(2025, 11, 3), dt.date(2026, 2, 4)


def sent(
    criteria: Criteria,
    file: str,
    *,
    urn: str = "900001",
    name: str = "Hilltop",
    phase: Phase = "primary",
    authority: str = "",
    year: str = "2025/26",
    responses: Mapping[str, Response] = ONE_ANSWER,
    digest: str = "",
    **changes: object,
) -> Return:
    """A return as it was taken in without a problem."""
    school = School(urn=urn, name=name, phase=phase, local_authority=authority)
    audit = audit_of(criteria, responses, school=school, year=year, **changes)
    return returned(audit, criteria, file=file, digest=digest)


def refused(file: str, what: str = "The file is damaged.", *, urn: str = "", name: str = "") -> Return:
    """A file that cannot be used."""
    problem = Problem(where=file, what=what, fix="Send it again.")
    return Return(file=file, digest=file, problems=(problem,), urn=urn, name=name)


def register(*schools: RegisteredSchool) -> Register:
    """A register of these schools."""
    return Register({school.urn: school for school in schools})


HILLTOP = RegisteredSchool(urn="900001", name="Hilltop Primary School", phase="primary", type="LA maintained")
VALLEY = RegisteredSchool(urn="900002", name="Valley School", phase="primary", type="Academy")


def verdicts(intake: Intake) -> list[tuple[str, str]]:
    """Each file with what became of it: counts, refused, or the reason why it is set aside."""
    files = check(intake.files, FILES)
    states = files["set_aside"].where(files["set_aside"] != "", files["verdict"].astype("str"))
    states = states.where(~files["counts"], "counts")
    return list(zip(files["file"], states, strict=True))


def warnings(intake: Intake) -> list[tuple[str, str]]:
    """Each problem as its file and fact."""
    problems = check(intake.problems, PROBLEMS)
    return list(zip(problems["file"], problems["what"], strict=True))


def fixes(intake: Intake) -> list[str]:
    """The remedy of each problem."""
    return list(intake.problems["fix"])


def remarks(intake: Intake) -> dict[str, str]:
    """The remarks of the tracker by URN."""
    return dict(zip(intake.tracker["urn"], intake.tracker["remark"], strict=True))


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
    assert check(intake.files, FILES).astype(object).where(intake.files.notna(), None).to_dict("records") == [
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
    assert place_of(where, file) == place


def test_a_place_without_sheet_and_cell_is_said_with_the_problem(toy: Criteria) -> None:
    """Nothing of a place is lost in the table."""
    one = refused("a.xlsx")
    problem = Problem(where="a.xlsx, line 3", what="It is wrong.", fix="Mend it.")
    assert warnings(settle([dataclasses.replace(one, problems=(problem,))], toy)) == [
        ("a.xlsx", "Line 3: It is wrong.")
    ]


def test_a_school_of_another_authority_is_said_to_be_that(toy: Criteria) -> None:
    """A register of several authorities knows whose school it is, though no return is expected of it."""
    rows = (
        b"URN,Name,LA\n900001,Hilltop Primary School,Kent\n900002,Valley School,Brighton & Hove\n900003,Dale,Narnia\n"
    )
    found, _ = read_register(rows, "register.csv")
    assert found is not None
    files = [sent(toy, "a.xlsx", urn="900002", name="Valley School"), sent(toy, "b.xlsx", urn="900003", name="Dale")]
    intake = settle(files, toy, register=found.of("886"))
    assert warnings(intake) == [
        ("a.xlsx", "The register has URN 900002 under Brighton and Hove (846)."),
        ("b.xlsx", "The register has URN 900003 under an authority that cannot be read."),
    ]
    assert remarks(intake)["900002"] == "The register has it under Brighton and Hove (846)."


def test_a_urn_that_is_not_in_the_register_is_a_warning_with_a_suggestion(toy: Criteria) -> None:
    """If exactly one registered school has the name, its URN is suggested; the adviser sees it at both schools."""
    intake = settle([sent(toy, "a.xlsx", urn="900123", name="HILLTOP PRIMARY")], toy, register=register(HILLTOP))
    assert warnings(intake) == [("a.xlsx", "URN 900123 is not in the register.")]
    assert fixes(intake) == ["Check the URN. The register has Hilltop Primary School as URN 900001."]
    assert remarks(intake) == {
        "900001": "a.xlsx came with this school's name, but URN 900123.",
        "900123": "It is not in the register. The register has Hilltop Primary School as URN 900001.",
    }


@pytest.mark.parametrize("name", ["Dale", "Hilltop"])
def test_nothing_is_suggested_if_no_school_or_two_have_the_name(toy: Criteria, name: str) -> None:
    """A guess between two schools would be worse than none."""
    twins = [RegisteredSchool(urn=urn, name="Hilltop") for urn in ("900001", "900002")]
    intake = settle([sent(toy, "a.xlsx", urn="900123", name=name)], toy, register=register(*twins))
    assert fixes(intake) == [
        "Check the URN. If it is right, tell the authority, so that its register can be brought up to date."
    ]


def test_a_school_registered_as_closed_is_a_warning(toy: Criteria) -> None:
    """Its successor, if it has the same name, is suggested."""
    closed = dataclasses.replace(VALLEY, expected=False)
    successor = RegisteredSchool(urn="900003", name="Valley Academy")
    intake = settle([sent(toy, "a.xlsx", urn="900002", name="Valley")], toy, register=register(closed, successor))
    assert warnings(intake) == [("a.xlsx", "The register does not have URN 900002 (Valley School) as an open school.")]
    assert fixes(intake) == ["Check the URN. The register has Valley Academy as URN 900003."]


@pytest.mark.parametrize("name", ["Hilltop", "Hiltop Primary", "The Hill Top School", "Primary School", "HPS"])
def test_a_name_that_is_only_shortened_or_misspelt_is_no_warning(toy: Criteria, name: str) -> None:
    """People shorten and misspell; a word in common, initials, and names that tell nothing are let pass."""
    assert warnings(settle([sent(toy, "a.xlsx", name=name)], toy, register=register(HILLTOP))) == []


def test_the_name_of_another_school_is_a_warning(toy: Criteria) -> None:
    """A name that has nothing in common with the register's may mean a wrong URN."""
    intake = settle([sent(toy, "a.xlsx", name="Valley")], toy, register=register(HILLTOP, VALLEY))
    assert warnings(intake) == [
        ("a.xlsx", 'The register has "Hilltop Primary School" under URN 900001, but the file names "Valley".')
    ]
    assert fixes(intake) == ["Check the URN. The register has Valley School as URN 900002."]
    assert remarks(intake)["900002"] == "a.xlsx came with this school's name, but URN 900001."


def test_two_schools_under_one_urn_are_both_warned(toy: Criteria) -> None:
    """The one that is set aside is not lost without a word: its own school is named to the adviser."""
    files = [sent(toy, "hill.xlsx", completed_on=LATE), sent(toy, "valley.xlsx", name="Valley", completed_on=EARLY)]
    intake = settle(files, toy, register=register(HILLTOP, VALLEY))
    assert warnings(intake) == [
        ("hill.xlsx", "Another file has URN 900001 too, with the name of another school."),
        ("valley.xlsx", "Another file has URN 900001 too, with the name of another school."),
    ]
    assert remarks(intake) == {
        "900001": 'valley.xlsx, which is set aside, has the same URN but names "Valley". '
        "The register has Valley School as URN 900002. valley.xlsx is set aside. hill.xlsx counts: it was completed on "
        "04/02/2026, this one on 03/11/2025.",
        "900002": "valley.xlsx came with this school's name, but URN 900001.",
    }


def test_a_warning_is_given_once(toy: Criteria) -> None:
    """Two files of other schools under one URN are one thing to know for the school whose return counts."""
    files = [
        sent(toy, "a.xlsx", name="Valley"),
        sent(toy, "b.xlsx", name="Dale"),
        sent(toy, "c.xlsx", completed_on=EARLY),
    ]
    assert [file for file, _ in warnings(settle(files, toy))] == ["a.xlsx", "b.xlsx", "c.xlsx"]


def test_another_phase_than_the_registers_is_a_warning(toy: Criteria) -> None:
    """The phase decides what is asked, so it is checked; where the register or the criteria have none, it is not."""
    one = sent(toy, "a.xlsx", phase="secondary")
    assert warnings(settle([one], toy, register=register(HILLTOP))) == [
        ("a.xlsx", "The file gives the phase as Secondary; the register has Primary.")
    ]
    for phase in (None, "special"):
        known = register(dataclasses.replace(HILLTOP, phase=phase))  # type: ignore[arg-type]
        assert warnings(settle([one], toy, register=known)) == []


def test_another_authority_than_the_registers_is_a_warning(toy: Criteria) -> None:
    """Given and registered authority are named; one that is not given is no fault."""
    known = register(dataclasses.replace(HILLTOP, local_authority="887"))
    assert warnings(settle([sent(toy, "a.xlsx", authority="886")], toy, register=known)) == [
        ("a.xlsx", "The file gives the local authority as 886 Kent; the register has 887 Medway.")
    ]
    assert warnings(settle([sent(toy, "a.xlsx")], toy, register=known)) == []


def test_last_years_return_where_this_years_is_awaited_is_a_warning(toy: Criteria) -> None:
    """It is accepted as last year's; the newest of several earlier ones says that this year's is awaited."""
    files = [sent(toy, "2023.xlsx", year="2023/24"), sent(toy, "2024.xlsx", year="2024/25")]
    intake = settle(files, toy, year="2025/26")
    assert warnings(intake) == [("2024.xlsx", "It is a return for 2024/25; the one for 2025/26 is still awaited.")]
    assert list(intake.returns.table["year"]) == ["2023/24", "2024/25"]


def test_last_years_return_beside_this_years_is_history(toy: Criteria) -> None:
    """A school that has sent this year's return, or of which none is expected, is not warned."""
    files = [sent(toy, "2024.xlsx", year="2024/25"), sent(toy, "2025.xlsx")]
    assert warnings(settle(files, toy, year="2025/26")) == []
    assert warnings(settle(files[:1], toy, year="2025/26", register=register(VALLEY))) == []


def test_last_years_returns_that_were_collected_then_are_history(toy: Criteria) -> None:
    """Where schools have returns of both years, the others' earlier ones came in their time; unless completed now."""
    files = [
        sent(toy, "both 2024.xlsx", year="2024/25"),
        sent(toy, "both 2025.xlsx"),
        sent(toy, "only 2024.xlsx", urn="900002", year="2024/25", completed_on=dt.date(2025, 2, 3)),
        sent(toy, "late 2024.xlsx", urn="900003", year="2024/25", completed_on=EARLY),
    ]
    late = ("late 2024.xlsx", "It is a return for 2024/25; the one for 2025/26 is still awaited.")
    assert warnings(settle(files, toy, year="2025/26")) == [late]


def test_a_few_returns_of_another_year_are_no_history(toy: Criteria) -> None:
    """One school that sent both years does not make a collection of last year's beside many of this year's."""
    this_year = [sent(toy, f"{n}.xlsx", urn=str(900001 + n)) for n in range(21)]
    last_year = [sent(toy, f"old {n}.xlsx", urn=str(n), year="2024/25") for n in (900001, 900101)]
    awaited = ("old 900101.xlsx", "It is a return for 2024/25; the one for 2025/26 is still awaited.")
    assert warnings(settle([*this_year, *last_year], toy)) == [awaited]
    assert warnings(settle([*this_year[:20], *last_year], toy)) == []


def test_a_year_that_has_not_begun_is_a_warning(toy: Criteria) -> None:
    """Unless it is the year that the authority asks for."""
    files = [sent(toy, "a.xlsx", year="2098/99")]
    assert warnings(settle(files, toy, year="2025/26")) == [
        ("a.xlsx", "It is a return for 2098/99, a year that has not begun.")
    ]
    assert warnings(settle(files, toy, year="2098/99")) == []


def test_history_is_not_held_against_the_register(toy: Criteria) -> None:
    """Nobody is asked to mend last year's return for a URN that the register no longer has."""
    files = [sent(toy, "2024.xlsx", urn="900009", year="2024/25"), sent(toy, "2025.xlsx")]
    assert warnings(settle(files, toy, year="2025/26", register=register(HILLTOP))) == []


def test_a_desk_review_is_noted_and_no_fault(toy: Criteria) -> None:
    """The tracker says that it is compared on what is written; the file stays accepted."""
    intake = settle([sent(toy, "a.xlsx", basis="desk review", policy_read="Policy")], toy)
    assert remarks(intake) == {"900001": "A desk review, compared on what is written only."}
    assert list(intake.files["verdict"]) == ["accepted"]


def evidenced(*texts: str, practice: int = 3) -> dict[str, Response]:
    """Everything written and done alike, with these texts as evidence."""
    statements = ("toy-1.1-k1", "toy-1.1-k2", "toy-1.2-k1", "toy-2.1-k1")
    answers = [Response(written="yes", practice=practice, evidence=text) for text in texts]  # type: ignore[arg-type]
    return dict(zip(statements, answers, strict=False))


def copy_warnings(criteria: Criteria, first: Mapping[str, Response], second: Mapping[str, Response]) -> int:
    """How many of two schools' returns are called a copy."""
    files = [
        sent(criteria, "a.xlsx", responses=first),
        sent(criteria, "b.xlsx", urn="900002", name="Valley", responses=second),
    ]
    return len(warnings(settle(files, criteria)))


def test_a_copy_of_another_schools_return_is_a_warning_that_does_not_name_it(toy: Criteria) -> None:
    """Same answers and three different texts in the same places; only the adviser is told which school it is."""
    texts = evidenced("Policy, page 2", "Minutes of May", "Training log")
    files = [
        sent(toy, "a.xlsx", responses=texts),
        sent(toy, "b.xlsx", urn="900002", name="Valley", responses=texts),
        sent(toy, "c.xlsx", urn="900003", name="Dale", responses=texts),
    ]
    intake = settle(files, toy)
    assert warnings(intake) == [
        (file, "All its answers are the same as in another school's return.") for file in ("a.xlsx", "b.xlsx", "c.xlsx")
    ]
    assert remarks(intake) == {
        "900001": "The same answers throughout as Valley (900002) and 1 other school.",
        "900002": "The same answers throughout as Hilltop (900001) and 1 other school.",
        "900003": "The same answers throughout as Hilltop (900001) and 1 other school.",
    }


def test_two_schools_with_everything_in_place_are_no_copies(toy: Criteria) -> None:
    """Same answers are honest where nothing else is the same: no texts, one text everywhere, or other texts."""
    assert copy_warnings(toy, evidenced("", "", "", ""), evidenced("", "", "", "")) == 0
    assert copy_warnings(toy, evidenced("Policy", "Policy", "Policy"), evidenced("Policy", "Policy", "Policy")) == 0
    assert copy_warnings(toy, evidenced("One", "Two", "Three"), evidenced("One", "Two", "Four")) == 0
    assert copy_warnings(toy, evidenced("One", "Two", "Three"), evidenced("One", "Two", "Three", practice=4)) == 0


def test_desk_reviews_of_one_text_are_no_copies(toy: Criteria) -> None:
    """Two schools may honestly publish the same policy."""
    answers = {name: Response(written="yes", evidence=name) for name in ("toy-1.1-k1", "toy-1.1-k2", "toy-1.2-k1")}
    files = [
        sent(toy, f"{urn}.xlsx", urn=urn, responses=answers, basis="desk review", policy_read="Policy")
        for urn in ("900001", "900002")
    ]
    assert warnings(settle(files, toy)) == []


def test_a_school_may_repeat_its_own_answers(toy: Criteria) -> None:
    """The same answers as last year's are the school's own; as another school's of last year they are a copy."""
    texts = evidenced("One", "Two", "Three")
    last, this = sent(toy, "2024.xlsx", year="2024/25", responses=texts), sent(toy, "2025.xlsx", responses=texts)
    assert warnings(settle([last, this], toy)) == []
    other = sent(toy, "copy.xlsx", urn="900002", responses=texts)
    assert warnings(settle([last, other], toy, register=None, year="2025/26"))[-1] == (
        "copy.xlsx",
        "All its answers are the same as in another school's return.",
    )


def many(answers: int, unlike: int) -> tuple[Criteria, dict[str, Response]]:
    """Criteria of 24 statements, and answers to some of them of which some are unlike the rest."""
    statements = tuple(statement("1.1", "K", number) for number in range(1, 25))
    question = Question(id="1.1", topic="First", title="First?", introduction="Why.", statements=statements)
    criteria = Criteria((framework(Area(id="1", title="Area one", questions=(question,))),))
    return criteria, {one.id: NOT_DONE if n < unlike else MET for n, one in enumerate(statements[:answers])}


@pytest.mark.parametrize(("answers", "unlike", "copied"), [(20, 5, True), (20, 4, False), (19, 5, False)])
def test_many_varied_answers_are_a_copy_without_any_text(answers: int, unlike: int, copied: bool) -> None:
    """Twenty answers or more of which a quarter differ from the most frequent one do not agree by chance."""
    criteria, responses = many(answers, unlike)
    assert copy_warnings(criteria, responses, responses) == (2 if copied else 0)


def test_a_school_may_repeat_many_varied_answers_of_its_own() -> None:
    """Next year's audit often begins as last year's."""
    criteria, responses = many(20, 5)
    files = [
        sent(criteria, f"{n}.xlsx", year=year, responses=responses) for n, year in enumerate(("2024/25", "2025/26"))
    ]
    assert warnings(settle(files, criteria)) == []


def test_no_file_gives_empty_tables(toy: Criteria) -> None:
    """Nothing taken in is not an error."""
    intake = settle([], toy)
    assert [len(table) for table in (intake.files, intake.problems, intake.tracker, intake.returns.table)] == [0] * 4
    for table, schema in ((intake.files, FILES), (intake.problems, PROBLEMS), (intake.tracker, TRACKER)):
        check(table, schema)


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
