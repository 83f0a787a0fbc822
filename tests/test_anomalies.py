"""Anomalies that show only when all returns are compared with each other and with the register: wrong URNs, wrong years, copies."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping

import pytest

from audit.authority.reconcile import settle
from audit.authority.register import RegisteredSchool, read_register
from audit.model import Area, Criteria, Question, Response
from tests.collected import (
    EARLY,
    HILLTOP,
    LATE,
    MET,
    NOT_DONE,
    VALLEY,
    fixes,
    register,
    remarks,
    sent,
    warnings,
)
from tests.conftest import framework, statement


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
