"""One school over the years: what became of each statement, and a trend that stays honest when the criteria change."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest

from audit.model import Area, Audit, Criteria, FrameworkRef, Practice, Question, Response, School, Written
from audit.school import history_words, next_year, proposals, transition
from audit.school.moves import compare_each
from audit.school.outcome import Outcome, outcome, outcomes
from audit.school.transition import before, outcomes_by_edition, trend, what_changed
from audit.tables import KINDS, checked
from tests.conftest import audit_of, framework, statement

MET, NOT_DONE, NEITHER = (
    Response(written="yes", practice=3),
    Response(written="yes", practice=1),
    Response(written="no", practice=0),
)
UNKNOWN, SET_ASIDE = Response(written="yes", practice="unknown"), Response(not_applicable="No such room.")
K1, K2, K3, K4 = "toy-1.1-k1", "toy-1.1-k2", "toy-1.2-k1", "toy-2.1-k1"


def of_year(year: str, criteria: Criteria, responses: dict[str, Response], **changes: object) -> Outcome:
    """The outcome of the invented school's audit of a year."""
    return outcome(audit_of(criteria, responses, year=year, **changes), criteria)


def edition(number: str, **revised: int) -> Criteria:
    """An edition of a toy framework with the statements named, each in its revision."""
    statements = tuple(
        statement("1.1", "K", int(name[1:]), revision=revision) for name, revision in sorted(revised.items())
    )
    question = Question(id="1.1", topic="First", title="First?", introduction="Why.", statements=statements)
    made = framework(Area(id="1", title="Area one", questions=(question,)))
    return Criteria((dataclasses.replace(made, edition=number),))


def changes(table: pd.DataFrame) -> list[tuple[str, str]]:
    """Statement and what became of it, row by row."""
    return list(zip(table["statement"], table["change"], strict=True))


@pytest.mark.parametrize(
    ("earlier", "later", "expected"),
    [
        (NOT_DONE, MET, "closed"),
        (MET, NEITHER, "opened"),
        (NEITHER, NOT_DONE, "still open"),
        (MET, MET, "still met"),
        (UNKNOWN, MET, "newly known"),
        (UNKNOWN, NEITHER, "newly known"),
        (MET, UNKNOWN, "no longer known"),
        (NEITHER, UNKNOWN, "no longer known"),
        (UNKNOWN, UNKNOWN, "still open"),
        (NEITHER, SET_ASIDE, "no longer applicable"),
        (UNKNOWN, SET_ASIDE, "no longer applicable"),
        (SET_ASIDE, MET, "newly applicable"),
        (SET_ASIDE, UNKNOWN, "newly applicable"),
        (SET_ASIDE, SET_ASIDE, "still not applicable"),
        (MET, Response(), "not answered yet"),
        (MET, Response(evidence="To be found"), "not answered yet"),
        (Response(), NEITHER, "newly known"),
    ],
)
def test_what_became_of_a_statement(toy: Criteria, earlier: Response, later: Response, expected: str) -> None:
    """The two answers decide, and what was not known before cannot have changed."""
    table = what_changed(of_year("2025/26", toy, {K1: earlier}), of_year("2026/27", toy, {K1: later}))
    assert dict(changes(table))[K1] == expected


def test_every_recommended_statement_of_the_phase_has_its_row(toy: Criteria) -> None:
    """One row for each of the four, by what became of it and then in source order; optional ones have none."""
    earlier = of_year("2025/26", toy, {K1: NOT_DONE, K2: MET, K3: MET, K4: NEITHER, "toy-1.1-s1": MET})
    later = of_year("2026/27", toy, {K1: MET, K2: NEITHER, K3: MET, K4: MET, "toy-1.1-s1": NEITHER})
    table = what_changed(earlier, later)
    assert table[["statement", "reference", "before", "after", "change"]].to_numpy().tolist() == [
        [K1, "1.1 K1", "not_done", "met", "closed"],
        [K4, "2.1 K1", "neither", "met", "closed"],
        [K2, "1.1 K2", "met", "neither", "opened"],
        [K3, "1.2 K1", "met", "met", "still met"],
    ]
    assert set(table["year_before"] + " " + table["year"]) == {"2025/26 2026/27"}


def test_the_tables_keep_their_schemas(toy: Criteria) -> None:
    """CHANGED and TREND have their columns and dtypes, for audits and for none."""
    one = of_year("2026/27", toy, {})
    checked(what_changed(one, one), transition.CHANGED)
    checked(trend([one]), transition.TREND)
    checked(trend([]), transition.TREND)


def test_what_only_one_edition_asks_is_shown_apart() -> None:
    """A statement dropped, one added and one that changed its meaning each say so; the others are compared."""
    earlier = of_year("2025/26", edition("1", k1=1, k2=1, k3=1), {f"toy-1.1-k{n}": MET for n in (1, 2, 3)})
    later = of_year(
        "2026/27",
        edition("2", k1=1, k3=2, k4=1),
        {f"toy-1.1-k{n}": NEITHER for n in (1, 3, 4)},
        revisions={"toy-1.1-k3": 2},
    )
    assert changes(what_changed(earlier, later)) == [
        ("toy-1.1-k1", "opened"),
        ("toy-1.1-k3", "changed meaning"),
        ("toy-1.1-k2", "only earlier"),
        ("toy-1.1-k4", "only later"),
    ]


def test_a_statement_asked_anew_is_no_change_before_it_is_answered() -> None:
    """Its meaning changed, whether or not the new question has its answer yet."""
    earlier = of_year("2025/26", edition("1", k1=1), {"toy-1.1-k1": MET})
    later = of_year("2026/27", edition("2", k1=2), {})
    assert changes(what_changed(earlier, later)) == [("toy-1.1-k1", "changed meaning")]


def test_a_phase_that_changed_is_told(toy: Criteria) -> None:
    """A school that has pupils of another phase now is asked one statement more."""
    earlier = of_year("2025/26", toy, {K1: MET})
    later = of_year("2026/27", toy, {K1: MET}, phase="secondary")
    assert dict(changes(what_changed(earlier, later)))["toy-1.2-k2"] == "only later"


def test_last_year_is_the_latest_earlier_audit(toy: Criteria) -> None:
    """Of the others, neither its own year nor a later one nor a desk review is last year's."""
    now = of_year("2025/26", toy, {})
    others = [
        of_year("2022/23", toy, {}),
        of_year("2023/24", toy, {K1: MET}),
        of_year("2024/25", toy, {}, basis="desk review"),
        of_year("2025/26", toy, {K1: NEITHER}),
        of_year("2026/27", toy, {}),
    ]
    assert before(now, others) is others[1]
    assert before(others[0], others) is None


def test_last_year_is_known_from_what_an_audit_began_with(toy: Criteria) -> None:
    """Without last year's audit at hand, the carried answers say what it said."""
    last = audit_of(toy, {K1: NOT_DONE, K2: SET_ASIDE}, year="2025/26")
    begun = next_year.start_from(last, toy, year="2026/27")
    confirmed = dataclasses.replace(begun, responses={K1: MET, K2: SET_ASIDE})
    found = before(outcome(confirmed, toy), [])
    assert found is not None
    assert found.audit == last
    assert changes(what_changed(found, outcome(confirmed, toy)))[:2] == [(K1, "closed"), (K3, "not answered yet")]


def test_the_audit_itself_tells_more_than_what_was_carried(toy: Criteria) -> None:
    """Last year's audit is preferred to the answers carried from it, and these to an audit of an older year."""
    last = of_year("2025/26", toy, {K1: MET})
    older = of_year("2023/24", toy, {K1: MET})
    now = outcome(next_year.start_from(last.audit, toy, year="2026/27"), toy)
    assert before(now, [older, last]) is last
    found = before(now, [older])
    assert found is not None
    assert found.audit.year == "2025/26"


def test_what_a_desk_review_carried_is_no_year_to_compare_with(toy: Criteria) -> None:
    """A desk review says nothing of practice, so the audit begun with it has no year before."""
    read = audit_of(toy, {K1: Response(written="yes")}, year="2025/26", basis="desk review")
    assert before(outcome(next_year.start_from(read, toy, year="2026/27"), toy), []) is None


def test_the_trend_of_one_edition_is_what_each_audit_says(toy: Criteria) -> None:
    """Coverage, written and done with their ranges, the earliest year first, whatever the order given."""
    later = of_year("2026/27", toy, {K1: MET, K2: MET, K3: NOT_DONE, K4: UNKNOWN})
    earlier = of_year("2025/26", toy, {K1: MET, K2: NEITHER, K3: NEITHER, K4: SET_ASIDE})
    table = transition.comparable(trend([later, earlier]))
    assert table[["year", "applicable", "met", "coverage_lowest", "coverage_highest"]].to_numpy().tolist() == [
        ["2025/26", 3, 1, 100 / 3, 100 / 3],
        ["2026/27", 4, 2, 50.0, 75.0],
    ]
    assert table[["written_lowest", "practice_lowest", "practice_highest"]].to_numpy().tolist() == [
        [100 / 3, 100 / 3, 100 / 3],
        [100.0, 50.0, 75.0],
    ]
    assert list(table["over"]) == ["all", "all"]


def test_the_trend_across_editions_counts_what_they_have_in_common() -> None:
    """What has no counterpart stays in its year's own figures, is counted apart, and moves no line."""
    earlier = of_year("2025/26", edition("1", k1=1, k2=1), {"toy-1.1-k1": MET, "toy-1.1-k2": NEITHER})
    later = of_year("2026/27", edition("2", k1=1, k3=1, k4=1), {f"toy-1.1-k{n}": MET for n in (1, 3, 4)})
    table = trend([earlier, later])
    assert table[["year", "over", "recommended", "no_counterpart", "coverage_lowest"]].to_numpy().tolist() == [
        ["2025/26", "all", 2, 1, 50.0],
        ["2025/26", "common", 1, 1, 100.0],
        ["2026/27", "all", 3, 2, 100.0],
        ["2026/27", "common", 1, 2, 100.0],
    ]
    assert list(transition.comparable(table)["over"]) == ["common", "common"]
    assert history_words.comparable_in_words(table) == (
        "The years do not all ask the same. Recommended statements asked: 2 in 2025/26 and 3 in 2026/27. "
        "The chart counts the 1 that every year asks in the same meaning. "
        "Without a counterpart, and in the table only: 1 in 2025/26 and 2 in 2026/27."
    )


def test_editions_with_nothing_in_common_have_no_common_figure() -> None:
    """No figure is blank, not 0."""
    earlier = of_year("2025/26", edition("1", k1=1), {"toy-1.1-k1": MET})
    later = of_year("2026/27", edition("2", k1=2), {"toy-1.1-k1": MET}, revisions={"toy-1.1-k1": 2})
    common = transition.comparable(trend([earlier, later]))
    assert list(common["recommended"]) == [0, 0]
    assert common["coverage_lowest"].isna().all()
    assert history_words.trend_title(common, "K coverage") == "No year has a figure for K coverage yet"


def test_a_desk_review_has_a_figure_for_what_is_written_only(toy: Criteria) -> None:
    """What is done cannot be read from a policy, so neither practice nor coverage has a figure."""
    row = trend([of_year("2025/26", toy, {K1: Response(written="yes")}, basis="desk review")]).iloc[0]
    assert (row["written_lowest"], row["written_highest"]) == (25.0, 100.0)
    assert row[["coverage_lowest", "practice_lowest", "practice_highest"]].isna().all()


def test_an_edition_that_is_gone_is_read_by_the_one_at_hand() -> None:
    """The answers keep their statements and revisions; those without wording are named, never dropped in silence."""
    old = Audit(
        school=School(urn="900001", name="Hilltop", phase="primary"),
        year="2025/26",
        frameworks=(FrameworkRef("toy", "1"),),
        responses={"toy-1.1-k1": MET, "toy-1.1-k2": MET, "toy-1.1-k9": NEITHER},
    )
    criteria = edition("2", k1=1, k2=2)
    (earlier,) = outcomes_by_edition(old, criteria)
    later = of_year("2026/27", criteria, {"toy-1.1-k1": MET})
    table = what_changed(earlier, later)
    assert changes(table) == [("toy-1.1-k1", "still met"), ("toy-1.1-k2", "changed meaning")]
    assert history_words.apart_in_words(earlier, later, table) == (
        "Recommended statements that cannot be compared, and are shown apart: 1 changed in meaning. "
        "The wording of 1 statement answered in 2025/26 is not here: toy-1.1-k9."
    )


def test_what_changed_in_words(toy: Criteria) -> None:
    """Closed and opened come first, what is newly known says how it turned out, and nought is left unsaid after that."""
    earlier = of_year("2025/26", toy, {K1: NOT_DONE, K2: MET, K3: UNKNOWN, K4: SET_ASIDE})
    later = of_year("2026/27", toy, {K1: MET, K2: NEITHER, K3: NOT_DONE, K4: MET})
    table = what_changed(earlier, later)
    assert history_words.changed_in_words(table) == (
        "Since 2025/26, 1 gap was closed and 1 opened; 0 are still open, and 0 still met. "
        "1 statement is newly known: 0 met, 1 gap. 1 statement is newly applicable."
    )
    assert history_words.apart_in_words(earlier, later, table) == ""


def test_a_desk_review_is_told_apart(toy: Criteria) -> None:
    """Who compares a desk review with a self-audit reads why little can be said."""
    read = of_year("2025/26", toy, {K1: Response(written="yes")}, basis="desk review")
    now = of_year("2026/27", toy, {K1: MET})
    assert history_words.apart_in_words(read, now, what_changed(read, now)) == (
        "A desk review reads a policy only: what is done is not known from it, so little can be compared."
    )


def test_a_year_without_answers_says_so(toy: Criteria) -> None:
    """An audit that has only just begun has changed nothing yet."""
    table = what_changed(of_year("2025/26", toy, {K1: MET}), of_year("2026/27", toy, {}))
    assert history_words.changed_in_words(table) == (
        "Nothing is answered or confirmed in 2026/27 yet, so nothing can be said."
    )


@pytest.mark.parametrize(
    ("earlier", "later", "title"),
    [
        ({K1: MET}, {K1: MET, K2: MET}, "K coverage is 50% in 2026/27, higher than in 2025/26 (25%)"),
        ({K1: MET, K2: MET}, {K1: MET}, "K coverage is 25% in 2026/27, lower than in 2025/26 (50%)"),
        ({K1: MET}, {K2: MET}, "K coverage is 25% in 2026/27, as in 2025/26"),
        (
            {K1: MET},
            {K2: UNKNOWN, K1: UNKNOWN},
            "K coverage is 0% to 50% in 2026/27; whether it is higher than in 2025/26 (25%) is not known yet",
        ),
    ],
)
def test_the_trend_says_only_what_is_known(
    toy: Criteria, earlier: dict[str, Response], later: dict[str, Response], title: str
) -> None:
    """Coverage is called higher or lower than a year before only if the two ranges do not meet."""
    rest = dict.fromkeys((K1, K2, K3, K4), NEITHER)
    table = trend([of_year("2025/26", toy, rest | earlier), of_year("2026/27", toy, rest | later)])
    assert history_words.trend_title(transition.comparable(table), "K coverage") == title


def test_the_groups_hold_every_row_once(toy: Criteria) -> None:
    """Grouped by what became of them, the statements are all there, each state in words."""
    earlier = of_year("2025/26", toy, {K1: NOT_DONE, K2: MET})
    later = of_year("2026/27", toy, {K1: MET, K2: MET})
    groups = history_words.by_change(what_changed(earlier, later))
    assert {change: list(rows["Reference"]) for change, rows in groups.items()} == {
        "closed": ["1.1 K1"],
        "not answered yet": ["1.2 K1", "2.1 K1"],
        "still met": ["1.1 K2"],
    }
    assert groups["closed"].iloc[0].to_dict() == {
        "Reference": "1.1 K1",
        "Statement": "Statement 1.1 K 1 holds.",
        "Before": "△ Not done",
        "After": "✓ Met",
    }


def test_every_pair_of_states_has_its_word() -> None:
    """Whatever two states a statement has, what became of it is one of the words that are explained."""
    assert {transition.became(one, other) for one in KINDS for other in KINDS} <= set(transition.CHANGES)


@pytest.mark.parametrize("written", ["yes", "partly", "no", "unknown"])
@pytest.mark.parametrize("practice", [0, 2, 3, "unknown"])
def test_confirming_everything_changes_nothing(toy: Criteria, written: Written, practice: Practice) -> None:
    """An audit whose carried answers are all confirmed has closed and opened nothing."""
    last = audit_of(toy, dict.fromkeys((K1, K2, K3, K4), Response(written=written, practice=practice)), year="2025/26")
    begun = next_year.start_from(last, toy, year="2026/27")
    now = dataclasses.replace(
        begun, responses={c.id: proposals.confirmed(begun, c) for c in toy if c.id in last.responses}
    )
    table = what_changed(outcome(last, toy), outcome(now, toy))
    assert set(table["change"]) <= {"still met", "still open"}


T1, T2, T3, D1 = "toy-1.1-k1", "toy-1.1-k2", "toy-1.1-k3", "duty-1.1-1"


def two_years(two: Criteria, earlier: dict[str, Response], later: dict[str, Response]) -> tuple[Outcome, Outcome]:
    """The outcomes of the template in the year in which it was asked as printed, and in the year after."""
    last = audit_of(two, earlier, year="2025/26", frameworks=two.refs[:1], as_printed=False)
    return outcome(last, two), outcome(audit_of(two, later, as_printed=False), two)


def test_what_is_overtaken_is_no_longer_asked_and_says_why(two: Criteria) -> None:
    """A statement that only the earlier audit asks, because today has overtaken it, stands apart with the reason."""
    earlier, later = two_years(two, {T1: MET, T2: NEITHER, T3: MET}, {T1: MET, T2: MET})
    table = what_changed(earlier, later)
    checked(table, transition.CHANGED)
    assert changes(table) == [(T2, "closed"), (T1, "still met"), (T3, "overtaken")]
    assert table["because"].fillna("").tolist() == ["", "", "The law asks something else now."]
    assert history_words.apart_in_words(earlier, later, table) == (
        "Recommended statements that cannot be compared, and are shown apart: "
        "1 no longer asked in 2026/27, because law or guidance has overtaken it."
    )
    assert history_words.by_change(table)["overtaken"].to_dict("records") == [
        {
            "Reference": "1.1 K3",
            "Statement": "Statement 1.1 K 3 holds.",
            "Before": "✓ Met",
            "After": "Not asked",
            "Why": "The law asks something else now.",
        }
    ]


def test_an_audit_as_printed_asks_what_is_overtaken(two: Criteria) -> None:
    """Where the later audit asks the template as printed, nothing has left, and all is compared."""
    last = audit_of(two, {T3: MET}, year="2025/26", frameworks=two.refs[:1])
    now = audit_of(two, {T3: NEITHER}, frameworks=two.refs[:1])
    table = what_changed(outcome(last, two), outcome(now, two))
    assert dict(changes(table))[T3] == "opened"


def test_the_break_in_the_trend_is_labelled(two: Criteria) -> None:
    """Each year keeps its own figures; the line is over what both ask, and words and table say what left and why."""
    table = trend(two_years(two, {T1: MET, T2: NEITHER, T3: MET}, {T1: MET, T2: MET}))
    checked(table, transition.TREND)
    assert table[["year", "over", "recommended", "met", "no_counterpart", "overtaken"]].to_numpy().tolist() == [
        ["2025/26", "all", 3, 2, 1, 0],
        ["2025/26", "common", 2, 1, 1, 0],
        ["2026/27", "all", 2, 2, 0, 1],
        ["2026/27", "common", 2, 2, 0, 1],
    ]
    assert history_words.comparable_in_words(table) == (
        "The years do not all ask the same. Recommended statements asked: 3 in 2025/26 and 2 in 2026/27. "
        "The chart counts the 2 that every year asks in the same meaning. "
        "Without a counterpart, and in the table only: 1 in 2025/26. "
        "2026/27 no longer asks 1, because law or guidance has overtaken it."
    )
    assert history_words.trend_title(transition.comparable(table), "K coverage") == (
        "K coverage over the 2 statements that every year asks is 100% in 2026/27, higher than in 2025/26 (50%)"
    )


def test_only_outcomes_of_the_same_framework_are_compared(two: Criteria) -> None:
    """Last year's audit of the template is nothing to compare the duties with, which that year did not answer."""
    last = outcomes(audit_of(two, {T1: MET}, year="2025/26", frameworks=two.refs[:1]), two)
    older = outcomes(audit_of(two, {D1: MET}, year="2024/25"), two)
    template, duties = outcomes(audit_of(two, {T1: MET, D1: MET}), two)
    assert before(template, [*last, *older]) is last[0]
    assert before(duties, last) is None
    assert before(duties, [*last, *older]) is older[1]
    assert [one.before for one in compare_each([template, duties], last)] == [last[0], None]


def test_answers_that_were_carried_are_compared_by_framework(two: Criteria) -> None:
    """Each framework has its own carried answers as the year before; one of which none was carried has none."""
    begun = next_year.start_from(audit_of(two, {T1: MET, T3: MET}, year="2025/26"), two, year="2026/27")
    template, duties = (before(result, ()) for result in outcomes(begun, two))
    assert template is not None
    assert (template.framework.id, int(template.overall["applicable"]), template.overtaken) == ("toy", 3, ())
    assert duties is None


def test_what_was_carried_from_a_year_that_left_statements_out_leaves_them_out(two: Criteria) -> None:
    """Where last year's audit did not ask what is overtaken, nothing is told as no longer asked since."""
    last = audit_of(two, {T1: MET, T2: MET}, year="2026/27", as_printed=False)
    now = outcome(next_year.start_from(last, two, year="2027/28"), two)
    found = before(now, ())
    assert found is not None
    assert [one.id for one in found.overtaken] == [T3]
    assert "overtaken" not in dict(changes(what_changed(found, now))).values()


def test_each_framework_is_read_by_the_edition_that_is_loaded(two: Criteria) -> None:
    """An audit of one edition that is loaded and one that is gone has an outcome for both; one of no framework has none."""
    old = audit_of(
        two, {T1: MET, D1: MET}, frameworks=(FrameworkRef("toy", "0"), two.refs[1], FrameworkRef("gone", "1"))
    )
    read = outcomes_by_edition(old, two)
    assert [(one.framework.ref, int(one.overall["met"])) for one in read] == [(two.refs[0], 1), (two.refs[1], 1)]
    assert outcomes_by_edition(dataclasses.replace(old, frameworks=(FrameworkRef("gone", "1"),)), two) == ()
