"""What a letter to a school says: thanks, outcome, place, strengths, gaps, training, and what to mend in its file."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pandas as pd
import pytest

from audit.authority.compare.comparison import compare
from audit.authority.compare.release import Release, prepare
from audit.authority.feedback.letter import Feedback, Section, correspondence, feedback, refused_feedback
from audit.authority.reconcile import ALL_THE_SAME, Intake, settle
from audit.authority.register import Register, RegisteredSchool
from audit.authority.returns import Return, pack_return
from audit.authority.tables import FILES, PROBLEMS
from audit.model import Area, Audit, Criteria, Question, Response, School
from audit.problems import Problem
from audit.tables import typed
from tests.conftest import audit_of, framework, returned, returns_of, statement

MET = Response(written="yes", practice=4)
NOT_DONE = Response(written="yes", practice=1)
NOT_WRITTEN = Response(written="partly", practice=3)
NEITHER = Response(written="no", practice=1)
ASKED = ("toy-1.1-k1", "toy-1.1-k2", "toy-1.2-k1", "toy-2.1-k1")
"""What is recommended to a primary school in the toy framework; 1.1 K2 protects a child directly."""
NO_PROBLEMS = typed(pd.DataFrame(columns=list(PROBLEMS)), PROBLEMS)


def school(criteria: Criteria, number: int, *answers: Response, **changes: object) -> Audit:
    """A primary school, Example School 1 and so on, with its four answers in source order."""
    made = audit_of(criteria, dict(zip(ASKED, answers, strict=True)), completed_on=dt.date(2027, 7, 3), **changes)
    named = School(urn=f"{900000 + number}", name=f"Example School {number}", phase="primary")
    return dataclasses.replace(made, school=named)


def written_to(
    criteria: Criteria,
    *audits: Audit,
    problems: pd.DataFrame = NO_PROBLEMS,
    year: str = "2026/27",
    release: Release | None = None,
) -> Feedback:
    """What is written to the first of these schools."""
    compared = compare(returns_of(criteria, *audits), year=year)
    return feedback(returned(audits[0], criteria), compared, problems=problems, release=release)


def section(letter: Feedback, title: str) -> Section:
    """The section of that title."""
    return next(part for part in letter.sections if part.title == title)


def titles(letter: Feedback) -> list[str]:
    """The headings of a letter, in order."""
    return [part.title for part in letter.sections]


def problem_rows(*rows: tuple[str, str, str, str, str]) -> pd.DataFrame:
    """PROBLEMS of these: file, sheet, cell, what, fix."""
    columns = ["file", "sheet", "cell", "what", "fix"]
    return typed(pd.DataFrame(rows, columns=columns).assign(urn="", school="", severity="warning"), PROBLEMS)


def test_a_letter_says_everything_in_its_order(toy: Criteria) -> None:
    """Outcome, strengths, gaps, training and on whose word it rests; no peers without a release. Its words are golden."""
    written = written_to(toy, school(toy, 1, MET, NEITHER, NOT_DONE, NOT_WRITTEN))
    assert (written.on, written.urn, written.school, written.year) == (
        "self-audit",
        "900001",
        "Example School 1",
        "2026/27",
    )
    assert "900001-2026-27.xlsx" in written.version
    assert titles(written) == [
        "Your outcome",
        "What is strong",
        "What matters most now",
        "Training that fits",
        "About this letter",
    ]
    outcome, gaps, training = (part.table for part in written.sections if part.table is not None)
    assert [(row[0], row[-1]) for row in outcome.rows] == [
        ("Met", "1"),
        ("Not written", "1"),
        ("Not done", "1"),
        ("Neither", "1"),
        ("Not known", "0"),
    ]
    assert [row[0].partition(" holds")[0] for row in gaps.rows] == [
        "Statement 1.1 K 2",
        "Statement 1.2 K 1",
        "Statement 2.1 K 1",
    ]
    assert [row[-1] for row in training.rows] == ["1.1 K2", "1.2 K1"]


def peers(toy: Criteria) -> list[Audit]:
    """Five primary schools that meet 2, 1, 1, 1 and 0 of their four statements."""
    return [
        school(toy, 1, MET, MET, NOT_DONE, NEITHER),
        school(toy, 2, MET, NEITHER, NOT_DONE, NOT_DONE),
        school(toy, 3, MET, NEITHER, NOT_DONE, NOT_DONE),
        school(toy, 4, MET, NEITHER, NOT_DONE, NOT_DONE),
        school(toy, 5, NEITHER, NEITHER, NEITHER, NEITHER),
    ]


def twelve(toy: Criteria) -> list[Audit]:
    """Twelve primary schools, three each that meet 4, 2, 1 and none of their four statements."""
    answers = [(MET,) * 4, (MET, MET, NOT_DONE, NEITHER), (NEITHER, NOT_DONE, MET, NOT_DONE), (NEITHER,) * 4]
    return [school(toy, number + 10, *answers[number // 3]) for number in range(12)]


def released(toy: Criteria, *audits: Audit) -> Release:
    """The third release, made of these schools."""
    return prepare(returns_of(toy, *audits), year="2026/27").numbered(3)


@pytest.mark.parametrize(
    ("place", "said"),
    [
        (0, "Yours, 100%, is above the upper figure."),
        (4, "Yours, 50%, is in the middle half."),
        (11, "Yours, 0%, is below the lower figure."),
    ],
)
def test_a_school_learns_where_it_lies_among_the_released_figures(toy: Criteria, place: int, said: str) -> None:
    """Its own K coverage beside the quartiles of a release, with the number of the release, and nothing else of others."""
    audits = twelve(toy)
    letter = written_to(toy, audits[place], *audits[:place], *audits[place + 1 :], release=released(toy, *audits))
    assert section(letter, "Where you stand").paragraphs == (
        "In the 12 self-audits of all our schools, K coverage is below 19% in a quarter, below 38% in half, and above 63% in "
        f"a quarter (our release 3 of figures). {said} Every school rates itself, so a school that is strict with itself stands "
        "lower than one that is not.",
    )


def test_without_a_release_a_letter_says_nothing_of_other_schools(toy: Criteria) -> None:
    """No place, no quarter, and not what peers meet."""
    said = repr(written_to(toy, *twelve(toy)).sections)
    assert [word for word in ("our schools", "quarter", "do not reach") if word in said] == []


def test_a_letter_tells_of_other_schools_what_is_released_and_no_more(toy: Criteria) -> None:
    """Whatever the others answered, a letter under the same release is the same, word for word."""
    audits = twelve(toy)
    release = released(toy, *audits)
    others = [school(toy, number + 30, NOT_DONE, NEITHER, MET, NOT_WRITTEN) for number in range(12)]
    assert written_to(toy, audits[4], *others, release=release) == written_to(toy, *audits[4:], release=release)


def test_strengths_are_what_is_fully_met_and_what_peers_do_not_reach(toy: Criteria) -> None:
    """A fully met question leads, and says how the schools of its phase do where that is released."""
    audits = twelve(toy)
    audits += [
        dataclasses.replace(
            one, school=dataclasses.replace(one.school, urn=f"9005{one.school.urn[-2:]}", phase="secondary")
        )
        for one in audits
    ]
    letter = written_to(toy, *audits[3:], release=released(toy, *audits))
    assert section(letter, "What is strong").points[0] == (
        "First (1.1): both recommended statements are met, which half or more of the schools of your phase do not reach."
    )


def six_questions(answer: Response) -> tuple[Criteria, Audit]:
    """A framework of six questions with one recommended statement each, and a school with one answer to all."""
    questions = tuple(
        Question(
            id=f"1.{n}", topic=f"Topic {n}", title="?", introduction=".", statements=(statement(f"1.{n}", "K", 1),)
        )
        for n in range(1, 7)
    )
    criteria = Criteria((framework(Area(id="1", title="Area", questions=questions)),))
    return criteria, audit_of(criteria, {criterion.id: answer for criterion in criteria})


def test_many_strengths_are_named_four_at_most() -> None:
    """Four questions are named, the rest counted, so that a letter stays a letter."""
    points = section(written_to(*six_questions(MET)), "What is strong").points
    assert points == (
        *(f"Topic {n} (1.{n}): the one recommended statement is met." for n in range(1, 5)),
        "2 further questions are fully met too.",
    )


def test_a_school_that_does_nothing_yet_gets_no_empty_list(toy: Criteria) -> None:
    """Where there is nothing to praise, there is no heading for it."""
    letter = written_to(toy, school(toy, 1, NEITHER, NEITHER, NEITHER, NEITHER))
    assert titles(letter) == ["Your outcome", "What matters most now", "Training that fits", "About this letter"]


def test_a_school_without_a_gap_gets_a_fitting_letter(toy: Criteria) -> None:
    """Nothing is listed as missing, and nothing is called compliant: it is told how to keep it so."""
    letter = written_to(toy, school(toy, 1, MET, MET, MET, MET))
    assert titles(letter) == [
        "Your outcome",
        "What is strong",
        "How to keep it so",
        "About this letter",
    ]
    assert section(letter, "Your outcome") == Section(
        title="Your outcome",
        paragraphs=(
            "All 4 recommended statements that apply are met: each is written, and done.",
            "K coverage is the share of these statements that are met: written in the policy, and done.",
        ),
    )
    assert "compl" not in repr(letter).replace("completed on", "")


def test_a_school_to_which_nothing_applies_gets_a_letter(toy: Criteria) -> None:
    """With every statement set aside there is nothing to score, to praise or to close."""
    none = Response(not_applicable="We have none.")
    letter = written_to(toy, school(toy, 1, none, none, none, none))
    assert [(part.title, part.paragraphs[0]) for part in letter.sections[:2]] == [
        ("Your outcome", "No recommended statement applies, so there is nothing to score."),
        ("Where you stand", "No recommended statement applies, so there is nothing to compare."),
    ]
    assert titles(letter) == ["Your outcome", "Where you stand", "About this letter"]


def test_a_school_that_is_asked_nothing_gets_a_letter() -> None:
    """Criteria may hold no statement for a phase; the letter says so, and no other letter is lost."""
    question = Question(
        id="1.1", topic="T", title="?", introduction=".", statements=(statement("1.1", "K", 1, phases=("secondary",)),)
    )
    criteria = Criteria((framework(Area(id="1", title="Area", questions=(question,))),))
    letter = written_to(criteria, audit_of(criteria, {}))
    assert section(letter, "Your outcome").paragraphs == (
        "No recommended statement applies, so there is nothing to score.",
    )


def test_five_gaps_are_named_at_most() -> None:
    """The five that matter most stand in the letter, in the order of the gap list, and the rest are counted."""
    found = section(written_to(*six_questions(NEITHER)), "What matters most now")
    assert found.table is not None
    assert [row[0].split("\n")[0] for row in found.table.rows] == [
        f"Statement 1.{n} K 1 holds. (1.{n}\u00a0K1)" for n in range(1, 6)
    ]
    assert found.paragraphs == (
        "There are 6 gaps. The 5 that matter most stand here in the order in which to close them: what exposes a child "
        "directly comes first.",
    )


def test_what_is_not_known_names_who_may_know(toy: Criteria) -> None:
    """What closes such a gap is asking, so the role is there; the range says what may come of it."""
    letter = written_to(toy, school(toy, 1, MET, MET, Response(written="unknown", practice=3), MET))
    gaps = section(letter, "What matters most now")
    assert gaps.paragraphs == ("There is 1 gap.",)
    assert gaps.table is not None
    assert gaps.table.rows == (
        (
            "Statement 1.2 K 1 holds. (1.2\u00a0K1)\nNot known. Written: Unknown. Done: 3 In place.",
            "Find out whether the policy says it. Write it.\nMost likely to know: Network manager",
        ),
    )
    assert section(letter, "Your outcome").paragraphs[1] == (
        "K coverage is the share of these statements that are met: written in the policy, and done. K coverage is at least "
        "75%. If everything unknown turns out well, it is 100% at the most."
    )


def test_an_open_audit_is_asked_for_again(toy: Criteria) -> None:
    """Without a day of completion, the letter says that it was read as it stands."""
    audit = dataclasses.replace(school(toy, 1, MET, MET, MET, MET), completed_on=None)
    assert written_to(toy, audit).thanks == (
        "Thank you for sending the online safety self-audit of Example School 1 for 2026/27. It does not say on which day "
        "it was completed, so we read it as it stands. If it is not finished, please send it again when it is."
    )


@pytest.mark.parametrize(
    ("before", "said"),
    [
        (
            (MET, NEITHER, NEITHER, NEITHER),
            "Your K coverage was 25% in 2025/26 and is 50% now. Of the statements that apply in both years, more are met "
            "than before. 2 gaps are closed and 1 gap is new.",
        ),
        (
            (MET, MET, MET, NEITHER),
            "Your K coverage was 75% in 2025/26 and is 50% now. Of the statements that apply in both years, fewer are met "
            "than before. 1 gap is closed and 2 gaps are new.",
        ),
        (
            (NEITHER, NEITHER, MET, MET),
            "Your K coverage is 50%, as in 2025/26. Of the statements that apply in both years, as many are met as before.",
        ),
    ],
)
def test_a_letter_says_what_changed_since_last_year(toy: Criteria, before: tuple[Response, ...], said: str) -> None:
    """K coverage then and now, whether more is met, and how many gaps closed and opened."""
    now = school(toy, 1, NEITHER, NEITHER, MET, MET)
    then = dataclasses.replace(school(toy, 1, *before), year="2025/26")
    assert section(written_to(toy, now, then), "Where you stand").paragraphs == (said,)


def test_training_fits_what_is_not_done(toy: Criteria) -> None:
    """The plan's topics about this school's own gaps in practice; what is only not written needs none."""
    audits = peers(toy)
    audits[0] = school(toy, 1, MET, NEITHER, NOT_DONE, NOT_WRITTEN)
    table = section(written_to(toy, *audits), "Training that fits").table
    assert table is not None
    assert table.rows == (("First (1.1)", "Head", "1.1 K2"), ("Second (1.2)", "Network manager", "1.2 K1"))


def test_faults_in_the_file_say_where_what_and_how_to_mend(toy: Criteria) -> None:
    """Each fault by sheet and cell; those of another school's file are not told."""
    problems = problem_rows(
        ("900001-2026-27.xlsx", "Answers", "F14", '"Yess" is not an answer.', "Choose one from the list."),
        ("900001-2026-27.xlsx", "School", "", "A line is missing.", "Use the form."),
        ("900001-2026-27.xlsx", "", "", "The URN is not in the register.", "Check the URN."),
        ("900002-2026-27.xlsx", "", "", "Something of another school.", "Mend it."),
    )
    found = section(written_to(toy, school(toy, 1, MET, MET, MET, MET), problems=problems), "To mend in your file")
    assert found.paragraphs == (
        "Your file was read and counts. Please mend this in your copy; if an answer changes, send it again.",
    )
    assert found.table is not None
    assert found.table.rows == (
        ("Sheet Answers, cell F14", '"Yess" is not an answer.', "Choose one from the list."),
        ("Sheet School", "A line is missing.", "Use the form."),
        ("The file", "The URN is not in the register.", "Check the URN."),
    )


def test_many_faults_are_cut_short(toy: Criteria) -> None:
    """Eight are shown and the rest counted, so that the letter stays one."""
    rows = [("900001-2026-27.xlsx", "Answers", f"F{n}", "Wrong.", "Mend it.") for n in range(2, 32)]
    letter = written_to(toy, school(toy, 1, MET, MET, MET, MET), problems=problem_rows(*rows))
    found = section(letter, "To mend in your file")
    assert found.table is not None
    assert len(found.table.rows) == 8
    assert found.paragraphs[0].endswith("These are the first 8 of 30; we hold the whole list for you.")


def test_a_doubt_is_not_for_a_letter(toy: Criteria) -> None:
    """That all answers are the same as another school's is not said in writing."""
    problems = problem_rows(("900001-2026-27.xlsx", "", "", ALL_THE_SAME, "Check it."))
    letter = written_to(toy, school(toy, 1, MET, MET, MET, MET), problems=problems)
    assert "To mend in your file" not in titles(letter)


def test_a_desk_review_is_told_as_a_reading_of_a_text(toy: Criteria) -> None:
    """It is about what is written only, judges nobody, is not ranked, and says nothing of faults in our own file."""
    read = Response(written="yes"), Response(written="no", evidence="Not\nmentioned."), Response(written="partly")
    audit = school(toy, 1, *read, Response(written="yes"), basis="desk review", policy_read="A policy of 2025")
    problems = problem_rows(("900001-2026-27.xlsx", "", "", "It is open.", "Close it."))
    letter = written_to(toy, audit, problems=problems)
    assert (letter.on, letter.title, letter.thanks) == (
        "desk review",
        "What we read in your online safety policy, 2026/27",
        "We have read a published text of Example School 1 (A policy of 2025) beside the recommended statements on online "
        "safety. Thank you for making it public.",
    )
    assert titles(letter) == [
        "What the text says",
        "Where you stand",
        "What is strong",
        "What the text does not fully say",
        "About this letter",
    ]
    assert section(letter, "What is strong").points == (
        "Third (2.1): the one recommended statement is written.",
        "First (1.1): 1 of 2 recommended statements is written.",
    )
    unwritten = section(letter, "What the text does not fully say").table
    assert unwritten is not None
    assert unwritten.rows == (
        ("Statement 1.1 K 2 holds. (1.1\u00a0K2)", "No", "Not mentioned."),
        ("Statement 1.2 K 1 holds. (1.2\u00a0K1)", "Partly", "Not noted."),
    )
    assert "no judgement on the school" in section(letter, "About this letter").paragraphs[0]


def test_a_school_is_written_to_by_its_own_name(toy: Criteria) -> None:
    """A comparison that hides names still gives a letter with the school's own place and name."""
    audits = peers(toy)
    hidden = compare(returns_of(toy, *audits), names={audit.school.urn: f"S{n}" for n, audit in enumerate(audits)})
    assert feedback(returned(audits[0], toy), hidden, problems=NO_PROBLEMS) == written_to(toy, *audits)


def intake(criteria: Criteria, *returns: Return) -> Intake:
    """These files settled for 2026/27."""
    return settle(returns, criteria, year="2026/27")


def refused(criteria: Criteria, file: str, *, urn: str = "", name: str = "") -> Return:
    """A file that is protected with a password."""
    problem = Problem(where=file, what="It is protected with a password.", fix="Save it without one.")
    return pack_return(None, criteria, file=file, digest=file, problems=[problem], urn=urn, name=name)


def test_every_school_heard_from_is_written_to_once(toy: Criteria) -> None:
    """Those that count, and those of which nothing but refused files came; a mended file takes the refused one's place."""
    found = intake(
        toy,
        returned(school(toy, 2, MET, MET, MET, MET), toy),
        returned(dataclasses.replace(school(toy, 3, MET, MET, MET, MET), year="2025/26"), toy),
        returned(school(toy, 1, MET, MET, MET, MET), toy),
        refused(toy, "first try.xlsx", urn="900001"),
        refused(toy, "in.zip/third.xlsx", urn="900003", name="Example School 3"),
        refused(toy, "in.zip/third again.xlsx", urn="900003"),
        refused(toy, "in.zip/scan.xlsx"),
    )
    assert [(letter.urn, letter.to, letter.compose().on) for letter in correspondence(found)] == [
        ("900001", "900001 Example School 1", "self-audit"),
        ("900002", "900002 Example School 2", "self-audit"),
        ("", "Unknown school scan", "refused file"),
        ("900003", "900003 Example School 3", "refused file"),
    ]


def test_a_refused_file_is_known_by_the_register_where_it_does_not_tell_its_school(toy: Criteria) -> None:
    """A URN in the name of a locked file is enough to write to its school by name."""
    register = Register({"900007": RegisteredSchool(urn="900007", name="Mill Example School")})
    found = settle([refused(toy, "900007 return.xlsx")], toy, year="2026/27", register=register)
    assert [(letter.to, letter.compose().school) for letter in correspondence(found)] == [
        ("900007 Mill Example School", "Mill Example School")
    ]


def test_without_any_return_only_refused_files_are_answered(toy: Criteria) -> None:
    """A first batch may hold nothing that can be used, or nothing at all."""
    assert correspondence(intake(toy)) == ()
    assert [letter.to for letter in correspondence(intake(toy, refused(toy, "a.xlsx", urn="900001")))] == ["900001"]


def test_a_letter_is_the_same_alone_and_among_all(toy: Criteria) -> None:
    """Letters worked out together say what each says by itself."""
    audits = peers(toy)
    found = intake(toy, *(returned(audit, toy) for audit in audits))
    comparison = compare(found.returns, year="2026/27")
    alone = [feedback(one, comparison, problems=found.problems) for one in found.returns.items]
    assert [letter.compose() for letter in correspondence(found)] == alone


def test_refused_files_get_a_letter_that_says_how_to_mend_them(toy: Criteria) -> None:
    """Thanks, each reason with its file, and what to send; the file is named as the school knows it."""
    found = intake(
        toy, refused(toy, "in.zip/a/Hilltop.xlsx", urn="900001", name="Hilltop"), refused(toy, "b.xlsx", urn="900001")
    )
    letter = refused_feedback(found.files, year="2026/27", problems=found.problems)
    assert (letter.on, letter.urn, letter.school, letter.title, letter.thanks) == (
        "refused file",
        "900001",
        "Hilltop",
        "Your online safety self-audit 2026/27: please send it again",
        "Thank you for sending the online safety self-audit of Hilltop. Unfortunately we could not use any of the files "
        "b.xlsx and Hilltop.xlsx, so it is not counted yet. Nothing is lost: your own copy is as it was.",
    )
    assert titles(letter) == ["What is wrong, and how to mend it", "What to send us"]
    table = letter.sections[0].table
    assert table is not None
    assert table.rows == (
        ("b.xlsx", "It is protected with a password.", "Save it without one."),
        ("Hilltop.xlsx", "It is protected with a password.", "Save it without one."),
    )


def test_a_refused_file_of_no_known_school_gets_a_letter(toy: Criteria) -> None:
    """Where neither URN nor name could be read, the file stands for its school."""
    files = intake(toy, refused(toy, "scan.xlsx")).files
    letter = refused_feedback(typed(files, FILES), year="2026/27", problems=NO_PROBLEMS)
    assert (letter.school, letter.thanks, titles(letter)) == (
        "",
        "Thank you for sending the online safety self-audit. Unfortunately we could not use the file scan.xlsx, so it is "
        "not counted yet. Nothing is lost: your own copy is as it was.",
        ["What to send us"],
    )
