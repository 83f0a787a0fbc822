"""What law or guidance has overtaken: not asked, not counted, and nowhere lost; and several frameworks side by side."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Mapping

import openpyxl
import pytest

from audit.criteria.load import load
from audit.exhibits.school import school_exhibits
from audit.model import (
    Action,
    Area,
    Audit,
    Criteria,
    Framework,
    FrameworkMark,
    Provenance,
    Question,
    Response,
    Statement,
    Superseded,
)
from audit.reports.html import gap_report
from audit.school.next_year import begun_in_words, start_from
from audit.school.outcome import gaps_in_order, outcome, outcomes
from audit.school.proposals import to_confirm
from audit.school.questionnaire import required, steps
from audit.school.scoring import asked
from audit.store.audits import Store
from audit.workbook.read import read
from audit.workbook.write import write
from tests.conftest import audit_of, framework, returns_of, statement

MET = Response(written="yes", practice=4)
NEITHER = Response(written="no", practice=0)
OVERTAKEN, KEPT = "toy-1.1-k1", "toy-1.1-k2"
GONE = Superseded(since="2026-09-01", by=("toy-1.1-k2",), because="The law asks more now.")


@pytest.fixture
def dated() -> Criteria:
    """Two recommended statements; the first is overtaken since 1 September 2026."""
    question = Question(
        id="1.1",
        topic="First",
        title="First?",
        introduction="Why.",
        statements=(statement("1.1", "K", 1, superseded=GONE), statement("1.1", "K", 2)),
    )
    return Criteria((framework(Area(id="1", title="Area one", questions=(question,))),))


def today(criteria: Criteria, responses: Mapping[str, Response] | None = None, **changes: object) -> Audit:
    """An audit of 2026/27 as audits are begun today."""
    return dataclasses.replace(audit_of(criteria, responses or {}, as_printed=False), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("year", "as_printed", "ids"),
    [
        ("2026/27", False, [KEPT]),
        ("2027/28", False, [KEPT]),
        ("2025/26", False, [OVERTAKEN, KEPT]),
        ("2026/27", True, [OVERTAKEN, KEPT]),
    ],
)
def test_it_is_asked_until_the_year_that_begins_on_the_day_or_as_printed(
    dated: Criteria, year: str, as_printed: bool, ids: list[str]
) -> None:
    """A year that begins on the day itself leaves it out; an earlier year, and an audit as printed, ask it."""
    audit = today(dated, year=year, as_printed=as_printed)
    assert [c.id for c in required(audit, dated)] == ids
    assert [c.id for c in asked(audit, dated)] == ids
    assert [c.id for step in steps(audit, dated) for c in step.criteria] == ids


def test_an_audit_of_an_earlier_release_keeps_its_rules(dated: Criteria) -> None:
    """An audit that does not say otherwise asks the template as printed."""
    assert audit_of(dated, {}).as_printed


def test_an_answer_to_it_is_kept_and_not_counted(dated: Criteria) -> None:
    """An answer to a statement that is left out stays in the audit and its scores, outside every count."""
    result = outcome(today(dated, responses={OVERTAKEN: NEITHER, KEPT: MET}), dated)
    assert (int(result.overall["applicable"]), int(result.overall["met"])) == (1, 1)
    assert (list(result.scores["statement"]), len(result.gaps)) == ([OVERTAKEN, KEPT], 0)


def test_the_outcome_lists_it_apart_with_the_reason(dated: Criteria) -> None:
    """Nothing leaves a denominator silently: the last exhibit names it, since when, what holds instead, and why."""
    exhibit = school_exhibits(outcome(today(dated), dated))[-1]
    assert exhibit.finding == "1 recommended statement is no longer asked in 2026/27"
    assert exhibit.table.to_numpy().tolist() == [
        ["1.1 K1", "Statement 1.1 K 1 holds.", "1 September 2026", KEPT, "The law asks more now."]
    ]
    assert "overtaken" not in [e.key for e in school_exhibits(outcome(today(dated, as_printed=True), dated))]


def test_report_and_workbook_list_it_apart(dated: Criteria) -> None:
    """The reader of either sees that it is not asked, and why."""
    audit = today(dated, responses={KEPT: MET})
    assert "The law asks more now." in gap_report(outcome(audit, dated))
    book = openpyxl.load_workbook(io.BytesIO(write(audit, dated)))
    said = " ".join(str(cell.value) for row in book["Summary"] for cell in row if cell.value)
    assert "1 recommended statement is no longer asked in 2026/27" in said
    assert "The law asks more now." in said


@pytest.mark.parametrize("as_printed", [False, True])
def test_workbook_and_store_know_how_the_audit_was_begun(dated: Criteria, store: Store, as_printed: bool) -> None:
    """Whether an audit asks the template as printed survives the workbook and the database."""
    audit = today(dated, as_printed=as_printed, responses={KEPT: MET})
    reading = read(write(audit, dated), "a.xlsx", dated)
    assert (reading.audit, reading.problems) == (audit, ())
    loaded = store.load(store.add(audit))
    assert loaded is not None
    assert loaded.as_printed == as_printed


def test_last_years_answer_to_it_waits_for_nobody(dated: Criteria) -> None:
    """A new year keeps last year's answer, asks nobody to confirm it, and says so."""
    last = audit_of(dated, {OVERTAKEN: MET, KEPT: MET}, year="2025/26")
    begun = start_from(last, dated, year="2026/27")
    assert [c.id for c in to_confirm(begun, dated)] == [KEPT]
    assert OVERTAKEN in begun.carried
    assert any(
        "no longer asked, because law or guidance has overtaken it" in said for said in begun_in_words(begun, dated)
    )


def test_an_authority_counts_it_only_where_an_audit_asks_it(dated: Criteria) -> None:
    """Of two returns of one year, only the one that was begun as printed counts the statement."""
    returns = returns_of(
        dated,
        today(dated, responses={OVERTAKEN: NEITHER, KEPT: MET}),
        dataclasses.replace(
            today(dated, responses={OVERTAKEN: NEITHER, KEPT: MET}, as_printed=True),
            school=dataclasses.replace(today(dated).school, urn="900002", name="Other"),
        ),
    )
    assert returns.counted.tolist() == [[False, True], [True, True]]


LAW, ADVICE = (FrameworkMark(id=id, title=id.title(), means=f"It is {id}.") for id in ("law", "advice"))
DOCUMENT = Provenance(document="An Act", edition="2018", place="section 1", date="2018")


def duty(number: int, mark: str) -> Statement:
    """A statement of the second framework."""
    return dataclasses.replace(
        statement("1.1", "K", number, id=f"new-1.1-{number}"),
        source=DOCUMENT,
        mark=mark,
        how_sure="read",
        checked="2026-11-27",
    )


@pytest.fixture
def both(dated: Criteria) -> Criteria:
    """The toy template, and a framework of two forces: advice first, then law."""
    question = Question(
        id="1.1",
        topic="Duties",
        title="Duties?",
        introduction="Why.",
        statements=(duty(1, "advice"), duty(2, "law")),
    )
    made = framework(Area(id="1", title="Duties", questions=(question,)), id="new")
    second: Framework = dataclasses.replace(made, marks=(LAW, ADVICE), coverage="coverage of duties")
    return Criteria((*dated.frameworks, second))


def test_frameworks_are_never_added_up(both: Criteria) -> None:
    """Each framework has an outcome of its own, called by its own name."""
    audit = today(both, responses={KEPT: MET, "new-1.1-1": NEITHER, "new-1.1-2": MET})
    first, second = outcomes(audit, both)
    assert [(r.coverage_called, int(r.overall["met"]), int(r.overall["applicable"])) for r in (first, second)] == [
        ("K coverage", 1, 1),
        ("Coverage of duties", 1, 2),
    ]
    assert second.forces[["title", "met", "applicable"]].to_numpy().tolist() == [["Law", 1, 1], ["Advice", 0, 1]]
    assert first.forces.empty


def test_the_law_comes_before_advice_and_both_before_a_template(both: Criteria) -> None:
    """In one list of gaps, those that expose a child come first, then law, then advice, then what has no force."""
    audit = today(both, responses=dict.fromkeys([KEPT, "new-1.1-1", "new-1.1-2"], NEITHER))
    assert list(gaps_in_order(outcomes(audit, both))["statement"]) == ["new-1.1-2", "new-1.1-1", KEPT]


def test_a_workbook_of_two_frameworks_is_read_as_it_was_written(both: Criteria) -> None:
    """Every answer to either framework comes back."""
    audit = today(both, responses={KEPT: MET, "new-1.1-1": NEITHER, "new-1.1-2": MET})
    reading = read(write(audit, both), "a.xlsx", both)
    assert (reading.audit, reading.problems) == (audit, ())


def test_a_primary_gets_no_gap_that_its_note_calls_dated() -> None:
    """A primary that does today what is right is not told to hand out shared class addresses."""
    criteria = load()
    audit = today(criteria.of(criteria.usual))
    ids = {c.id for c in required(audit, criteria)}
    assert len(ids) == 41
    assert not ids & {
        *("kcc-2.1-k1", "kcc-2.2.1-k1", "kcc-2.2.1-k2", "kcc-2.2.1-k3", "kcc-2.3.2-k4", "kcc-2.3.3-k1", "kcc-2.3.4-k3"),
        *("kcc-2.3.6-k1", "kcc-2.3.7-k1", "kcc-2.3.7-k4", "kcc-2.3.9-k1", "kcc-2.4.1-k5"),
    }


def test_a_word_that_is_not_known_for_overtaken_statements_is_told(dated: Criteria) -> None:
    """The audit is then read as one that asks the template as printed, and what it then lacks is told too."""
    book = openpyxl.load_workbook(io.BytesIO(write(today(dated, {KEPT: MET}), dated)))
    (line,) = (row for row in book["School"].iter_rows() if row[0].value == "Overtaken statements")
    line[1].value = "perhaps"
    changed = io.BytesIO()
    book.save(changed)
    reading = read(changed.getvalue(), "a.xlsx", dated)
    assert reading.audit is not None
    assert (reading.audit.as_printed, [problem.what for problem in reading.problems]) == (
        True,
        [
            '"perhaps" is not one of the answers to this; "Asked, as printed" was taken.',
            f"1 of the 2 statements that are asked has no row and counts as not answered: {OVERTAKEN}.",
        ],
    )


@pytest.mark.parametrize("typed", ["", "xyz", "NEW (Edition 1)"])
def test_the_rows_tell_which_framework_was_answered_where_its_line_does_not(both: Criteria, typed: str) -> None:
    """A return of duties whose line Framework was damaged is not read as one of the template, and loses no answer."""
    audit = today(both, {"new-1.1-1": NEITHER, "new-1.1-2": MET}, frameworks=both.refs[1:])
    book = openpyxl.load_workbook(io.BytesIO(write(audit, both)))
    (line,) = (row for row in book["School"].iter_rows() if row[0].value == "Framework")
    line[1].value = typed or None
    changed = io.BytesIO()
    book.save(changed)
    reading = read(changed.getvalue(), "a.xlsx", both)
    assert reading.audit == audit
    assert [problem.severity for problem in reading.problems] == ["warning"]


def test_an_open_action_for_it_is_told_when_the_year_begins(dated: Criteria) -> None:
    """Last year's plan may ask for what is wrong today, so the new year says so."""
    actions = (Action(what="Do it", statement=OVERTAKEN), Action(what="Write it", statement=KEPT))
    last = audit_of(dated, {}, year="2025/26", actions=actions)
    assert begun_in_words(start_from(last, dated, year="2026/27"), dated)[-2:] == (
        "2 actions still open in the plan of 2025/26.",
        "1 of these actions is for a statement no longer asked: see whether it is still right to do.",
    )
