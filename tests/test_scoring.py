"""From answers to scores: the state of a statement, the table of scores, and the counts of a school."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from audit.model import Area, Criteria, FrameworkRef, Phase, Practice, Question, Response, School, Scope, Written
from audit.school.scoring import can_be_met, in_place, kind_of, scores, summary
from audit.tables import SCORES, SUMMARY
from tests.conftest import audit_of, framework, statement

LEVELS: tuple[Practice | None, ...] = (None, "unknown", 0, 1, 2, 3, 4)
ANSWERS: tuple[Written | None, ...] = (None, "unknown", "no", "partly", "yes")

# written: kind at practice           none         unknown      0           1           2           3              4
KINDS: dict[Written | None, tuple[str, ...]] = {
    None: ("not_known", "not_known", "not_known", "not_known", "not_known", "not_known", "not_known"),
    "unknown": ("not_known", "not_known", "not_known", "not_known", "not_known", "not_known", "not_known"),
    "no": ("not_known", "not_known", "neither", "neither", "neither", "not_written", "not_written"),
    "partly": ("not_known", "not_known", "neither", "neither", "neither", "not_written", "not_written"),
    "yes": ("not_known", "not_known", "not_done", "not_done", "not_done", "met", "met"),
}
# written: can be met at practice     none   unknown 0     1      2      3     4
CAN_BE_MET: dict[Written | None, tuple[bool, ...]] = {
    None: (True, True, False, False, False, True, True),
    "unknown": (True, True, False, False, False, True, True),
    "no": (False, False, False, False, False, False, False),
    "partly": (False, False, False, False, False, False, False),
    "yes": (True, True, False, False, False, True, True),
}
CELLS = [
    pytest.param(written, practice, place, id=f"written {written}, practice {practice}")
    for written in ANSWERS
    for place, practice in enumerate(LEVELS)
]

MET = Response(written="yes", practice=3)
NOT_DONE = Response(written="yes", practice=1)
NOT_APPLICABLE = Response(not_applicable="We have no pupils of this age.")
HALF = {
    "toy-1.1-k1": MET,
    "toy-1.1-k2": NOT_DONE,
    "toy-1.2-k1": Response(written="partly", practice="unknown"),
}
"""Of the four recommended statements for primary: one met, one not done, one part unknown, one not answered."""


def _row(table: pd.DataFrame, level: str, place: str = "") -> dict[str, Any]:
    """The overall row of a summary of one audit, or that of an area or a question."""
    rows = table[table["level"] == level]
    rows = rows if level == "overall" else rows[rows[level] == place]
    assert len(rows) == 1
    return {str(name): None if pd.isna(value) else value for name, value in rows.iloc[0].items()}


def _counts(row: dict[str, Any]) -> dict[str, int]:
    """The counts of a row that are not 0."""
    return {name: row[name] for name, column in SUMMARY.items() if column.dtype == "Int32" and row[name]}


def _percents(row: dict[str, Any], measure: str) -> tuple[float | None, ...]:
    return tuple(row[f"{measure}_{end}"] for end in ("percent", "lowest", "highest"))


@pytest.mark.parametrize(("written", "practice", "place"), CELLS)
def test_the_kind_of_a_statement(written: Written | None, practice: Practice | None, place: int) -> None:
    """Met is written and at level 3 or 4; a gap is of the kind that the two answers give; unknown is neither."""
    assert kind_of(Response(written=written, practice=practice)) == KINDS[written][place]


@pytest.mark.parametrize(("written", "practice", "place"), CELLS)
def test_what_can_be_met(written: Written | None, practice: Practice | None, place: int) -> None:
    """A statement can turn out met unless an answer that is known already fails it."""
    assert can_be_met(Response(written=written, practice=practice)) is CAN_BE_MET[written][place]


def test_not_applicable_is_a_kind_of_its_own() -> None:
    """A statement set aside with a reason is neither met nor a gap, and cannot turn out met."""
    assert (kind_of(NOT_APPLICABLE), can_be_met(NOT_APPLICABLE)) == ("not_applicable", False)


def test_a_row_of_scores(toy: Criteria) -> None:
    """A row holds school, year, place in the source, what the statement is, both answers, and what was typed."""
    response = Response(written="partly", practice=4, evidence="Minutes.", comment="Soon.")
    table = scores([audit_of(toy, {"toy-1.1-k2": response})], toy)
    assert list(table.columns) == list(SCORES)
    assert table.iloc[1].to_dict() == {
        "urn": "900001",
        "school": "Hilltop",
        "year": "2026/27",
        "phase": "primary",
        "framework": "toy",
        "area": "1",
        "question": "1.1",
        "statement": "toy-1.1-k2",
        "order": 1,
        "recommended": True,
        "in_scope": True,
        "protects": "directly",
        "asked_of": "head",
        "written": "partly",
        "practice": "4",
        "kind": "not_written",
        "can_be_met": False,
        "evidence": "Minutes.",
        "comment": "Soon.",
        "not_applicable": "",
    }


def test_an_unanswered_statement_is_blank(toy: Criteria) -> None:
    """What was not answered is blank, never no and never level 0."""
    table = scores([audit_of(toy, {})], toy)
    assert table["written"].isna().all()
    assert table["practice"].isna().all()
    assert set(table["kind"]) == {"not_known"}


def test_a_statement_set_aside_keeps_its_reason(toy: Criteria) -> None:
    """Not applicable shows as na, with no practice and with its reason."""
    row = scores([audit_of(toy, {"toy-1.1-k1": NOT_APPLICABLE})], toy).iloc[0]
    assert (row["written"], pd.isna(row["practice"]), row["not_applicable"]) == (
        "na",
        True,
        "We have no pupils of this age.",
    )


@pytest.mark.parametrize(
    ("phase", "scope", "answered", "expected"),
    [
        pytest.param("primary", "recommended", [], ["1.1-k1", "1.1-k2", "1.2-k1", "2.1-k1"], id="recommended, primary"),
        pytest.param(
            "secondary",
            "recommended",
            [],
            ["1.1-k1", "1.1-k2", "1.2-k1", "1.2-k2", "2.1-k1"],
            id="recommended, secondary",
        ),
        pytest.param(
            "primary", "all", [], ["1.1-k1", "1.1-k2", "1.1-s1", "1.2-k1", "2.1-k1", "2.1-s1"], id="all, primary"
        ),
        pytest.param(
            "primary",
            "recommended",
            ["2.1-s1", "1.2-k2"],
            ["1.1-k1", "1.1-k2", "1.2-k1", "1.2-k2", "2.1-k1", "2.1-s1"],
            id="others answered all the same",
        ),
    ],
)
def test_the_statements_with_a_row(
    toy: Criteria, phase: Phase, scope: str, answered: list[str], expected: list[str]
) -> None:
    """In source order: the recommended ones of the phase, the optional ones if asked, and any other answered."""
    audit = audit_of(toy, {f"toy-{short}": MET for short in answered}, phase=phase, scope=scope)
    assert list(scores([audit], toy)["statement"]) == [f"toy-{short}" for short in expected]


def test_an_edition_that_is_not_at_hand_has_no_row(toy: Criteria) -> None:
    """An audit of another edition is not scored against this one."""
    audit = audit_of(toy, {"toy-1.1-k1": MET}, frameworks=(FrameworkRef("toy", "0"),))
    assert scores([audit], toy).empty


def test_the_counts_of_a_half_answered_audit(toy: Criteria) -> None:
    """Every recommended statement of the phase is counted once by kind, once by written, and once by practice."""
    assert _counts(_row(summary(scores([audit_of(toy, HALF)], toy)), "overall")) == {
        "recommended": 4,
        "applicable": 4,
        "met": 1,
        "not_done": 1,
        "not_known": 2,
        "can_be_met": 2,
        "written_yes": 2,
        "written_partly": 1,
        "written_blank": 1,
        "practice_1": 1,
        "practice_3": 1,
        "practice_unknown": 1,
        "practice_blank": 1,
        "practice_in_place": 1,
    }


@pytest.mark.parametrize(
    ("measure", "expected"),
    [("coverage", (25.0, 25.0, 50.0)), ("written", (50.0, 50.0, 75.0)), ("practice", (25.0, 25.0, 75.0))],
    ids=["K coverage", "written coverage", "practice coverage"],
)
def test_the_percents_of_a_half_answered_audit(
    toy: Criteria, measure: str, expected: tuple[float, float, float]
) -> None:
    """Each percentage comes with the lowest and the highest it can be once all is known."""
    assert _percents(_row(summary(scores([audit_of(toy, HALF)], toy)), "overall"), measure) == expected


def test_a_complete_audit_has_a_range_of_one_value(toy: Criteria) -> None:
    """When everything is known, the lowest and the highest are the percentage itself."""
    responses = {"toy-1.1-k1": MET, "toy-1.1-k2": MET, "toy-1.2-k1": MET, "toy-2.1-k1": NOT_DONE}
    row = _row(summary(scores([audit_of(toy, responses)], toy)), "overall")
    assert _percents(row, "coverage") == (75.0, 75.0, 75.0)


def test_nothing_answered_could_be_anything(toy: Criteria) -> None:
    """With no answer the coverage lies between 0 and 100 percent."""
    row = _row(summary(scores([audit_of(toy, {})], toy)), "overall")
    assert (row["not_known"], _percents(row, "coverage")) == (4, (0.0, 0.0, 100.0))


def test_optional_and_out_of_phase_statements_are_never_counted(toy: Criteria) -> None:
    """Answers to statements that are optional, or for another phase, change no figure for the better or the worse."""
    bad = Response(written="no", practice=0)
    extra = {"toy-1.1-s1": bad, "toy-2.1-s1": MET, "toy-1.2-k2": bad}
    plain = summary(scores([audit_of(toy, HALF)], toy))
    with_extra = summary(scores([audit_of(toy, HALF | extra, scope="all")], toy))
    pd.testing.assert_frame_equal(with_extra, plain)


def test_not_applicable_leaves_the_denominator(toy: Criteria) -> None:
    """Of four recommended statements one is set aside, so that one met is one of three."""
    row = _row(summary(scores([audit_of(toy, HALF | {"toy-2.1-k1": NOT_APPLICABLE})], toy)), "overall")
    assert (row["recommended"], row["not_applicable"], row["applicable"], row["met"]) == (4, 1, 3, 1)
    assert row["coverage_percent"] == pytest.approx(100 / 3)


def test_without_an_applicable_statement_there_is_no_percentage(toy: Criteria) -> None:
    """An area whose statements are all set aside has a blank percentage, not 0 and not 100."""
    row = _row(summary(scores([audit_of(toy, HALF | {"toy-2.1-k1": NOT_APPLICABLE})], toy)), "area", "2")
    assert (row["applicable"], _percents(row, "coverage")) == (0, (None, None, None))


def test_a_question_has_counts_and_no_percentage(toy: Criteria) -> None:
    """A question shows 1 of 2 and never 50 percent: two statements are too few for one."""
    row = _row(summary(scores([audit_of(toy, HALF)], toy)), "question", "1.1")
    assert (row["met"], row["applicable"]) == (1, 2)
    measures = ("coverage", "written", "practice")
    assert [_percents(row, measure) for measure in measures] == [(None, None, None)] * 3


def test_an_area_sums_up_its_questions(toy: Criteria) -> None:
    """The first area has three recommended statements for primary, one of them met."""
    row = _row(summary(scores([audit_of(toy, HALF)], toy)), "area", "1")
    assert (row["met"], row["applicable"], row["coverage_percent"]) == (1, 3, pytest.approx(100 / 3))


def test_the_rows_of_a_summary(toy: Criteria) -> None:
    """One row overall, then one per area, then one per question, each in source order."""
    table = summary(scores([audit_of(toy, HALF)], toy))
    assert (list(table.columns), list(table.index)) == (list(SUMMARY), [0, 1, 2, 3, 4, 5])
    assert table[["level", "area", "question"]].fillna("").astype(str).to_numpy().tolist() == [
        ["overall", "", ""],
        ["area", "1", ""],
        ["area", "2", ""],
        ["question", "1", "1.1"],
        ["question", "1", "1.2"],
        ["question", "2", "2.1"],
    ]


def test_each_audit_has_its_own_rows(toy: Criteria) -> None:
    """Two schools, and two years of one school, are summed up apart."""
    valley = School(urn="900002", name="Valley", phase="secondary")
    audits = [
        audit_of(toy, HALF),
        audit_of(toy, {"toy-1.1-k1": MET}, year="2025/26"),
        audit_of(toy, {"toy-1.2-k2": MET}, school=valley),
    ]
    table = summary(scores(audits, toy))
    overall = table[table["level"] == "overall"]
    assert overall[["school", "year", "phase", "met", "applicable"]].astype(object).to_numpy().tolist() == [
        ["Hilltop", "2026/27", "primary", 1, 4],
        ["Hilltop", "2025/26", "primary", 1, 4],
        ["Valley", "2026/27", "secondary", 1, 5],
    ]


def test_no_audit_gives_empty_tables(toy: Criteria) -> None:
    """Without any audit both tables have their columns and no row."""
    table = scores([], toy)
    assert (list(table.columns), len(table)) == (list(SCORES), 0)
    assert (list(summary(table).columns), len(summary(table))) == (list(SUMMARY), 0)


@pytest.mark.parametrize(
    ("phase", "scope", "asked_of_it"),
    [
        ("primary", "recommended", {"toy-1.1-k1", "toy-1.1-k2"}),
        ("primary", "all", {"toy-1.1-k1", "toy-1.1-k2", "toy-1.1-s1"}),
    ],
)
def test_an_audit_asks_what_its_phase_and_scope_ask(
    toy: Criteria, phase: Phase, scope: Scope, asked_of_it: set[str]
) -> None:
    """What is asked follows from the phase, the scope and the statement alone, whatever is answered."""
    answers = {"toy-1.1-s1": Response(written="yes", practice=3)}
    audit = audit_of(toy, answers, phase=phase, scope=scope)
    assert {c.id for c in toy if c.question.id == "1.1" and audit.asks(c)} == asked_of_it


def test_a_statement_for_another_phase_is_not_asked(toy: Criteria) -> None:
    """A statement that is meant for secondary schools alone is asked of them, and of no primary school."""
    only_secondary = [c for c in toy if c.statement.phases == ("secondary",)]
    phases: tuple[Phase, ...] = ("primary", "secondary")
    for phase in phases:
        audit = audit_of(toy, {}, phase=phase, scope="all")
        assert [audit.asks(c) for c in only_secondary] == [phase == "secondary"] * len(only_secondary)
        assert [c.statement.counts_in(phase) for c in only_secondary] == [
            c.statement.recommended and phase == "secondary" for c in only_secondary
        ]


def test_every_count_of_a_summary_counts_its_own_answer() -> None:
    """Each kind, each answer of written and each level of practice is counted apart; percents count the same answers."""
    given = [
        *[Response(written="yes", practice=4)] * 5,
        *[Response(written="yes", practice=3)] * 4,
        *[Response(written="yes", practice=2)] * 3,
        *[Response(written="partly", practice=3)] * 2,
        *[Response(written="partly", practice=1)] * 2,
        Response(written="no", practice=3),
        *[Response(written="no", practice=0)] * 3,
        *[Response(written="unknown", practice=4)] * 2,
        *[Response(written="yes", practice="unknown")] * 4,
        Response(written="no"),
        *[Response(practice=1)] * 2,
        *[Response()] * 3,
        *[NOT_APPLICABLE] * 8,
    ]
    statements = tuple(statement("1.1", "K", number) for number in range(1, len(given) + 1))
    question = Question(id="1.1", topic="First", title="First?", introduction="Why.", statements=statements)
    criteria = Criteria((framework(Area(id="1", title="Area one", questions=(question,))),))
    answers = {one.id: response for one, response in zip(statements, given, strict=True)}
    row = _row(summary(scores([audit_of(criteria, answers)], criteria)), "area", "1")
    assert _counts(row) == {
        "recommended": 40,
        "not_applicable": 8,
        "applicable": 32,
        "met": 9,
        "not_done": 3,
        "not_written": 3,
        "neither": 5,
        "not_known": 12,
        "can_be_met": 18,
        "written_yes": 16,
        "written_partly": 4,
        "written_no": 5,
        "written_unknown": 2,
        "written_blank": 5,
        "practice_0": 3,
        "practice_1": 4,
        "practice_2": 3,
        "practice_3": 7,
        "practice_4": 7,
        "practice_unknown": 4,
        "practice_blank": 4,
        "practice_in_place": 14,
    }
    assert [_percents(row, measure) for measure in ("coverage", "written", "practice")] == [
        (28.125, 28.125, 56.25),
        (50.0, 50.0, 71.875),
        (43.75, 43.75, 68.75),
    ]


def test_in_place_are_the_two_highest_levels(toy: Criteria) -> None:
    """Levels 3 and 4 are done across the school; lower ones, unknown and no answer are not."""
    levels: tuple[Practice | None, ...] = (2, 3, "unknown", None)
    names = ("toy-1.1-k1", "toy-1.1-k2", "toy-1.2-k1", "toy-2.1-k1")
    given = {name: Response(practice=level) for name, level in zip(names, levels, strict=True)}
    assert list(in_place(scores([audit_of(toy, given)], toy))) == [False, True, False, False]
    assert list(in_place(scores([audit_of(toy, {"toy-1.1-k1": Response(practice=4)})], toy)))[:1] == [True]


def test_a_table_that_is_no_table_of_scores_has_no_summary(toy: Criteria) -> None:
    """A column that is missing is said, instead of counts that leave something out."""
    table = scores([audit_of(toy, HALF)], toy)
    with pytest.raises(ValueError, match=r"^comment is missing$"):
        summary(table.drop(columns="comment"))
