"""The adviser's readings beside the schools' answers: which of them count, how far they agree, and the form to fill."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.authority.assurance.moderation import (
    agreement,
    agreement_in_words,
    moderated,
    read_readings,
    readings_form,
    weighted_kappa,
    without_return,
)
from audit.authority.returns import Returns, unpack_return
from audit.authority.tables import AGREEMENT, READINGS
from audit.exports import table_csv
from audit.model import PRACTICE, WRITTEN, Audit, Criteria, Response, School
from audit.problems import Problem
from audit.tables import checked, typed
from tests.conftest import audit_of, returns_of

YEAR = "2026/27"
K1, K2, NETWORK = "toy-1.1-k1", "toy-1.1-k2", "toy-1.2-k1"
Reading = tuple[str, str, str, str | None, str | None, str]


def _readings(*rows: Reading) -> pd.DataFrame:
    return typed(pd.DataFrame(rows, columns=list(READINGS)), READINGS)


def _read(statement: str, written: str | None, practice: str | None, urn: str = "900001") -> Reading:
    return urn, YEAR, statement, written, practice, ""


def _school(toy: Criteria, number: int, responses: dict[str, Response]) -> Audit:
    school = School(urn=str(900_000 + number), name=f"School {number:02d}", phase="primary")
    return audit_of(toy, responses, school=school)


def _answers(returns: Returns, row: int = 0) -> dict[str, Response]:
    """What a return says, as a reader of it would unpack it; the codes have to say the same."""
    one = returns.items[row]
    assert one.answers == returns.codes[row].tobytes()
    return dict(unpack_return(one, returns.criteria).responses)


@pytest.mark.parametrize(
    ("said", "written", "practice", "expected"),
    [
        pytest.param(
            Response(written="yes", practice=4, evidence="Log", comment="Good"),
            "partly",
            "2",
            Response(written="partly", practice=2, evidence="Log", comment="Good"),
            id="both answers read",
        ),
        pytest.param(
            Response(written="yes", practice=4),
            "no",
            None,
            Response(written="no", practice=4),
            id="practice not looked at",
        ),
        pytest.param(
            Response(written="yes", practice=4),
            None,
            "0",
            Response(written="yes", practice=0),
            id="written not looked at",
        ),
        pytest.param(
            Response(written="yes", practice=4),
            None,
            "unknown",
            Response(written="yes", practice="unknown"),
            id="looked at and not found out",
        ),
        pytest.param(
            Response(written="yes", practice=4), None, None, Response(written="yes", practice=4), id="a note only"
        ),
        pytest.param(
            Response(not_applicable="We have none.", comment="See plan"),
            "no",
            None,
            Response(written="no", comment="See plan"),
            id="it does apply",
        ),
        pytest.param(
            Response(not_applicable="We have none."),
            None,
            None,
            Response(not_applicable="We have none."),
            id="left aside",
        ),
        pytest.param(Response(), "yes", "3", Response(written="yes", practice=3), id="the school left it open"),
    ],
)
def test_the_readings_take_the_place_of_the_answers(
    toy: Criteria, said: Response, written: str | None, practice: str | None, expected: Response
) -> None:
    """What the adviser read counts; what was not looked at stays as the school said; texts stay."""
    other = Response(written="partly", practice=1, evidence="Minutes")
    returns = returns_of(toy, _school(toy, 1, {K1: said, K2: other}), _school(toy, 2, {K1: other}))
    found = moderated(returns, _readings(_read(K1, written, practice)))
    assert _answers(found) == {K1: expected, K2: other}
    assert _answers(found, 1) == {K1: other}


def test_the_last_of_equal_readings_counts(toy: Criteria) -> None:
    """A statement read twice has the later reading."""
    returns = returns_of(toy, _school(toy, 1, {K1: Response(written="yes", practice=4)}))
    found = moderated(returns, _readings(_read(K1, "no", "1"), _read(K1, None, "2")))
    assert _answers(found) == {K1: Response(written="yes", practice=2)}


STRANGE = (
    _read(K1, "no", "0", urn="900009"),
    ("900001", "2025/26", K1, "no", "0", ""),
    _read("toy-9.9-k9", "no", "0"),
    _read("toy-1.1-s1", "no", "0"),
)
"""Readings of another school, of another year, of no statement, and of one that the return does not ask."""


def test_a_reading_without_a_return_changes_nothing_and_is_named(toy: Criteria) -> None:
    """A reading counts for its own school, year and statement only."""
    returns = returns_of(toy, _school(toy, 1, {K1: Response(written="yes", practice=4)}))
    readings = _readings(*STRANGE, _read(K1, None, None))
    assert _answers(moderated(returns, readings)) == _answers(returns)
    pd.testing.assert_frame_equal(without_return(returns, readings), _readings(*STRANGE))
    assert list(agreement(returns, readings)["pairs"]) == [0, 0]


any_response = st.builds(
    Response, written=st.none() | st.sampled_from(WRITTEN), practice=st.none() | st.sampled_from(PRACTICE)
) | st.just(Response(not_applicable="It cannot happen here."))
any_answers = st.dictionaries(st.sampled_from((K1, K2, NETWORK)), any_response)


@settings(deadline=None, max_examples=30)
@given(responses=st.lists(any_answers, max_size=3))
def test_without_readings_nothing_changes(toy: Criteria, responses: list[dict[str, Response]]) -> None:
    """No reading, no change: codes, table and returns are the same."""
    returns = returns_of(toy, *(_school(toy, number, given) for number, given in enumerate(responses, 1)))
    same = moderated(returns, _readings())
    assert (list(same.items), same.codes.tolist()) == (list(returns.items), returns.codes.tolist())
    pd.testing.assert_frame_equal(same.table, returns.table)


@pytest.mark.parametrize(
    ("first", "second", "kappa"),
    [
        # Squares of the differences: 0 0 0 1 0 1, together 2. By chance: 36 over all 36 couples of one rating each, so
        # 36 / 6 = 6 over six pairs. 1 - 2 / 6.
        pytest.param([0, 1, 2, 2, 1, 0], [0, 1, 2, 1, 1, 1], 2 / 3, id="two near misses"),
        # Squares 16 16 16 16, together 64; by chance half of the couples differ by 4: 16 * 8 / 4 = 32. 1 - 64 / 32.
        pytest.param([0, 0, 4, 4], [4, 4, 0, 0], -1.0, id="the contrary"),
        # Squares 0 0 16 16, together 32, as many as by chance. 1 - 32 / 32.
        pytest.param([0, 4, 0, 4], [0, 4, 4, 0], 0.0, id="no better than chance"),
        # Squares 1 1 1 1 0: 4. Couples: first 4 4 3 3 2, second 3 3 2 2 2: sums of squares by rating of the first
        # 4: 1+1+4+4+4 = 14 twice, 3: 0+0+1+1+1 = 3 twice, 2: 1+1 = 2; 36 / 5. 1 - 4 / 7.2.
        pytest.param([4, 4, 3, 3, 2], [3, 3, 2, 2, 2], 1 - 4 / 7.2, id="one level too high"),
        pytest.param([3, 3, 3], [3, 3, 3], None, id="no spread"),
        pytest.param([], [], None, id="no pairs"),
    ],
)
def test_weighted_kappa_by_hand(first: list[int], second: list[int], kappa: float | None) -> None:
    """Agreement beyond chance with squared weights, reckoned by hand."""
    found = weighted_kappa(np.array(first, dtype=np.intp), np.array(second, dtype=np.intp), steps=5)
    assert found == (None if kappa is None else pytest.approx(kappa))


ratings = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=30)


@given(pairs=ratings)
def test_kappa_of_perfect_agreement_is_one(pairs: list[tuple[int, int]]) -> None:
    """Who always agrees has 1, unless there is only one rating; nobody has more; it does not matter who is first."""
    first, second = np.array(pairs, dtype=np.intp).T
    own = weighted_kappa(first, first, steps=5)
    assert own == (None if len(set(first.tolist())) == 1 else 1.0)
    both = weighted_kappa(first, second, steps=5)
    assert both is None or both <= 1.0
    assert weighted_kappa(second, first, steps=5) == (None if both is None else pytest.approx(both))


def _visited(toy: Criteria) -> tuple[Returns, pd.DataFrame]:
    """Six schools that were visited: written agrees, practice is claimed a level higher by four of them."""
    said = [("yes", 4), ("yes", 4), ("partly", 3), ("no", 3), ("no", 2), ("unknown", 1)]
    seen = [("yes", "3"), ("yes", "3"), ("partly", "2"), ("no", "2"), ("no", "2"), ("no", "unknown")]
    answers = [Response(written=written, practice=practice) for written, practice in said]  # type: ignore[arg-type]
    apart = Response(not_applicable="We have none.")
    audits = (_school(toy, n, {K1: answer, NETWORK: apart if n > 1 else answer}) for n, answer in enumerate(answers, 1))
    readings = [_read(K1, *pair, urn=str(900_000 + n)) for n, pair in enumerate(seen, 1)]
    return returns_of(toy, *audits), _readings(
        *readings, _read(NETWORK, "no", "0"), _read(NETWORK, "no", "0", urn="900002"), _read(K2, "no", None)
    )


def test_how_far_schools_and_adviser_agree(toy: Criteria) -> None:
    """Over all statements first, then by statement: only known pairs count, and fewer than five have no figures.

    Practice of the first statement: pairs 4 3, 4 3, 3 2, 3 2, 2 2, so one of five is the same, kappa is 1 - 4 / 7.2 and
    schools are 4 / 5 of a level higher. With the one pair of the third statement, 4 0, it is one of six, and 8 / 6; the
    squares are 4 + 16 = 20, and 4 4 4 3 3 2 beside 3 3 2 2 2 0 make 3 * 30 + 2 * 12 + 6 = 120, by chance 120 / 6.
    Written of both: 2 2 1 0 0 2 beside 2 2 1 0 0 0; the squares are 4, by chance (3 * 13 + 5 + 2 * 9) / 6 = 62 / 6.
    """
    table = checked(agreement(*_visited(toy)), AGREEMENT)
    expected = pd.DataFrame(
        [
            ("all", "", "written", 6, 100 * 5 / 6, 1 - 4 / (62 / 6), 2 / 6),
            ("all", "", "practice", 6, 100 / 6, 1 - 20 / (120 / 6), 8 / 6),
            (K1, "1.1 K1", "written", 5, 100.0, 1.0, 0.0),
            (K1, "1.1 K1", "practice", 5, 20.0, 1 - 4 / 7.2, 0.8),
            (NETWORK, "1.2 K1", "written", 1, None, None, None),
            (NETWORK, "1.2 K1", "practice", 1, None, None, None),
        ],
        columns=list(AGREEMENT),
    )
    pd.testing.assert_frame_equal(table, typed(expected, AGREEMENT))


def test_a_desk_review_is_no_opinion_of_the_school(toy: Criteria) -> None:
    """Who read the policy is not the school, so a desk review makes no pair; its readings can still be compared."""
    review = audit_of(toy, {K1: Response(written="yes")}, basis="desk review")
    readings = _readings(_read(K1, "no", None))
    assert list(agreement(returns_of(toy, review), readings)["pairs"]) == [0, 0]
    assert _answers(moderated(returns_of(toy, review), readings)) == {K1: Response(written="no")}


def test_agreement_in_plain_words(toy: Criteria) -> None:
    """One finding for what is written, one for practice."""
    assert agreement_in_words(agreement(*_visited(toy))) == (
        "Schools rate what their policy says 0.3 of a step higher than the adviser did: "
        "of 6 pairs of answers 83% are the same, weighted kappa 0.61.",
        "Schools rate their practice 1.3 levels higher than the adviser did: "
        "of 6 pairs of answers 17% are the same, weighted kappa 0.00.",
    )


@pytest.mark.parametrize(
    ("pairs", "exact", "kappa", "bias", "words"),
    [
        pytest.param(
            8,
            25.0,
            0.414,
            -1.0,
            "Schools rate their practice 1.0 level lower than the adviser did: "
            "of 8 pairs of answers 25% are the same, weighted kappa 0.41.",
            id="lower",
        ),
        pytest.param(
            500,
            99.8,
            None,
            0.002,
            "Schools rate their practice on average the same as the adviser did: of 500 pairs of answers 99% are the same.",
            id="as good as the same",
        ),
        pytest.param(
            4,
            None,
            None,
            None,
            "4 pairs of answers: too few to say how schools rate their practice beside the adviser.",
            id="too few",
        ),
    ],
)
def test_words_for_other_figures(
    pairs: int, exact: float | None, kappa: float | None, bias: float | None, words: str
) -> None:
    """Lower and the same are said as plainly as higher, and too few pairs say nothing."""
    rows = [("all", "", answer, pairs, exact, kappa, bias) for answer in ("written", "practice")]
    table = typed(pd.DataFrame(rows, columns=list(AGREEMENT)), AGREEMENT)
    assert agreement_in_words(table)[1] == words


FORM = {
    K1: Response(written="yes", practice=4, evidence="Log,\nfolder 2"),
    K2: Response(not_applicable="We have\nnone."),
    NETWORK: Response(practice="unknown"),
}


def test_the_form_has_the_schools_answers_beside_empty_columns(toy: Criteria) -> None:
    """One row per statement that the school was asked, texts on one line, the adviser's three columns empty."""
    form = readings_form(returns_of(toy, _school(toy, 1, FORM), _school(toy, 2, {})), "900001", YEAR)
    assert form.to_dict("list") == {
        "URN": ["900001"] * 4,
        "Academic year": [YEAR] * 4,
        "Statement id": [K1, K2, NETWORK, "toy-2.1-k1"],
        "Reference": ["1.1 K1", "1.1 K2", "1.2 K1", "2.1 K1"],
        "Statement": [f"Statement {name} holds." for name in ("1.1 K 1", "1.1 K 2", "1.2 K 1", "2.1 K 1")],
        "What would show it": ["A paper."] * 4,
        "School: is it written?": ["Yes", "Not applicable: We have none.", "Not answered", "Not answered"],
        "Adviser: is it written?": [""] * 4,
        "School: is it done?": ["4 Embedded", "Not applicable", "Unknown", "Not answered"],
        "Adviser: is it done?": [""] * 4,
        "School: evidence": ["Log, folder 2", "", "", ""],
        "Adviser: note": [""] * 4,
    }


def test_a_school_without_a_return_has_no_form(toy: Criteria) -> None:
    """There is nothing to fill in beside an answer that was never given."""
    with pytest.raises(KeyError):
        readings_form(returns_of(toy, _school(toy, 1, FORM)), "900002", YEAR)


def _filled(toy: Criteria, **columns: list[str]) -> bytes:
    """The form of the first school as CSV, as an adviser fills it in."""
    form = readings_form(returns_of(toy, _school(toy, 1, FORM)), "900001", YEAR)
    titles = {"written": "Adviser: is it written?", "practice": "Adviser: is it done?", "note": "Adviser: note"}
    return table_csv(form.assign(**{titles[name]: values for name, values in columns.items()}))


def test_a_form_that_was_filled_in_is_read(toy: Criteria) -> None:
    """Answers in any letter case, levels by number or name; lines left empty are passed over."""
    data = _filled(
        toy,
        written=["Partly", "", " YES ", ""],
        practice=["3 in place", "", "Embedded", "2"],
        note=["Seen in class 4", "", "", "Two lines\nof it"],
    )
    readings, problems = read_readings(data, "visit.csv", toy)
    expected = _readings(
        ("900001", YEAR, K1, "partly", "3", "Seen in class 4"),
        ("900001", YEAR, NETWORK, "yes", "4", ""),
        ("900001", YEAR, "toy-2.1-k1", None, "2", "Two lines\nof it"),
    )
    pd.testing.assert_frame_equal(readings, expected)
    assert problems == ()


@pytest.mark.parametrize(
    ("spelt", "level"),
    [
        ("0", "0"),
        ("1.0", "1"),
        ("not in place", "0"),
        ("PLANNED", "1"),
        ("2  Partly in place", "2"),
        ("Unknown", "unknown"),
    ],
)
def test_ways_to_write_a_level(toy: Criteria, spelt: str, level: str) -> None:
    """A level by its number, its name or both."""
    readings, problems = read_readings(_filled(toy, practice=[spelt, "", "", ""]), "visit.csv", toy)
    assert (list(readings["practice"]), problems) == ([level], ())


def test_an_empty_form_has_no_reading(toy: Criteria) -> None:
    """A form that nobody filled in says nothing, and that is no fault."""
    readings, problems = read_readings(_filled(toy), "visit.csv", toy)
    assert (len(checked(readings, READINGS)), problems) == (0, ())


def test_every_fault_of_a_form_is_named(toy: Criteria) -> None:
    """Each cell that cannot be used is named with its remedy; its line is left out, the others count."""
    head = "URN,Academic year,Statement id,Adviser: is it written?,Adviser: is it done?,Adviser: note\n"
    lines = (
        f"900001,{YEAR},{K1},Yess,7,",
        f"12,2026/29,{K2}x,yes,3,",
        f"900001,{YEAR},{K2},no,,Seen",
        f"900001,{YEAR},{K2},yes,,Seen again",
        f"900001,{YEAR},{NETWORK},,,{40_000 * 'x'}",
    )
    readings, problems = read_readings((head + "\n".join(lines)).encode(), "visit.csv", toy)
    choose = "Write one of these, or leave the cell empty if it was not looked at."
    assert problems == (
        Problem(
            where="visit.csv, line 2, column Adviser: is it written?",
            what='"Yess" is not one of yes, partly, no, unknown.',
            fix=choose,
        ),
        Problem(
            where="visit.csv, line 2, column Adviser: is it done?",
            what='"7" is not one of 0, 1, 2, 3, 4, unknown.',
            fix=choose,
        ),
        Problem(
            where="visit.csv, line 3, column URN",
            what='"12" is not a URN.',
            fix="Type six digits without letters, such as 900001.",
        ),
        Problem(
            where="visit.csv, line 3, column Academic year",
            what='"2026/29" is not an academic year.',
            fix="Write the two years of it, such as 2026/27.",
        ),
        Problem(
            where="visit.csv, line 3, column Statement id",
            what=f'"{K2}x" is not a statement of the criteria of this program.',
            fix="Leave the ids as they stand on the form.",
        ),
        Problem(
            where="visit.csv, line 5, column Statement id",
            what=f"{K2} of this school and year stands in an earlier line as well.",
            fix="Keep one of the two lines.",
        ),
        Problem(
            where="visit.csv, line 6, column Adviser: note",
            what="The text has 40,000 characters; a workbook cell holds 32,767. Shorten it, or say where the rest can be "
            "found.",
            fix="Type the note again.",
        ),
    )
    pd.testing.assert_frame_equal(readings, _readings(("900001", YEAR, K2, "no", None, "Seen")))


def test_another_list_is_no_form(toy: Criteria) -> None:
    """The columns that are missing are named, each one."""
    readings, problems = read_readings(b"URN,Date\n900001,1/2/2026", "visits.csv", toy)
    assert len(readings) == 0
    assert [problem.what for problem in problems] == [
        f'There is no column "{title}".'
        for title in (
            "Academic year",
            "Statement id",
            "Adviser: is it written?",
            "Adviser: is it done?",
            "Adviser: note",
        )
    ]


@given(data=st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_file_makes_the_reader_fail(toy: Criteria, data: bytes) -> None:
    """Whatever the file, the reader answers with readings and problems."""
    readings, problems = read_readings(data, "visit.csv", toy)
    checked(readings, READINGS)
    assert len(readings) or problems
