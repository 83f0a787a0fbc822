"""Which recommended statements are gaps, in what order to close them, and what closes each."""

from __future__ import annotations

import pandas as pd
import pytest

from audit.model import Area, Criteria, Question, Response, School
from audit.school.scoring import closes, gaps, scores
from audit.tables import GAPS, SCORES
from tests.conftest import audit_of, framework, statement

MET = Response(written="yes", practice=3)
NOT_WRITTEN = Response(written="partly", practice=4)
NOT_DONE = Response(written="yes", practice=2)
NEITHER = Response(written="no", practice=2)
NOT_KNOWN = Response(written="unknown", practice=2)
NOT_APPLICABLE = Response(not_applicable="We lend no devices.")


def _equals(count: int, *, direct: tuple[int, ...] = ()) -> Criteria:
    """One question of recommended statements that differ only in number; ``direct`` ones protect a child directly."""
    statements = tuple(
        statement("1.1", "K", number, protects="directly" if number in direct else "indirectly")
        for number in range(1, count + 1)
    )
    question = Question(id="1.1", topic="First", title="First?", introduction="Why.", statements=statements)
    return Criteria((framework(Area(id="1", title="Area one", questions=(question,))),))


def _order(criteria: Criteria, *responses: Response) -> list[int]:
    """The numbers of the statements that are gaps, most urgent first, with these responses to 1, 2, 3 and so on."""
    audit = audit_of(criteria, {f"toy-1.1-k{number}": given for number, given in enumerate(responses, start=1)})
    table = gaps(scores([audit], criteria), criteria)
    assert list(table["priority"]) == list(range(1, len(table) + 1))
    return [int(name.removeprefix("toy-1.1-k")) for name in table["statement"]]


@pytest.mark.parametrize(
    ("response", "is_gap"),
    [
        pytest.param(MET, False, id="met"),
        pytest.param(NOT_WRITTEN, True, id="not written"),
        pytest.param(NOT_DONE, True, id="not done"),
        pytest.param(NEITHER, True, id="neither"),
        pytest.param(NOT_KNOWN, True, id="unknown"),
        pytest.param(Response(), True, id="not answered"),
        pytest.param(NOT_APPLICABLE, False, id="not applicable"),
    ],
)
def test_a_gap_is_an_applicable_statement_that_is_not_met(response: Response, is_gap: bool) -> None:
    """A recommended statement that applies is a gap unless it is met; not to know is a gap too."""
    assert _order(_equals(1), response) == ([1] if is_gap else [])


def test_only_recommended_statements_of_the_phase_are_gaps(toy: Criteria) -> None:
    """Optional statements and those for another phase are never gaps, however weak the answer."""
    weak = Response(written="no", practice=0)
    met = dict.fromkeys(("toy-1.1-k1", "toy-1.1-k2", "toy-1.2-k1", "toy-2.1-k1"), MET)
    other = dict.fromkeys(("toy-1.1-s1", "toy-2.1-s1", "toy-1.2-k2"), weak)
    table = gaps(scores([audit_of(toy, met | other, scope="all")], toy), toy)
    assert (list(table.columns), len(table)) == (list(GAPS), 0)


def test_what_protects_a_child_directly_comes_first() -> None:
    """A failure that exposes a child to harm goes before any other, even if it is only not known."""
    criteria = _equals(3, direct=(3,))
    assert _order(criteria, Response(written="no", practice=0), NOT_DONE, Response()) == [3, 1, 2]


def test_then_the_kind_decides() -> None:
    """Neither goes before not done, that before not written, and not known comes last."""
    assert _order(_equals(4), NOT_KNOWN, NOT_WRITTEN, NOT_DONE, NEITHER) == [4, 3, 2, 1]


def test_the_kind_goes_before_the_level() -> None:
    """Neither at level 2 is more urgent than not done at level 0."""
    assert _order(_equals(2), Response(written="yes", practice=0), NEITHER) == [2, 1]


@pytest.mark.parametrize(
    "responses",
    [
        pytest.param([Response(written="no", practice=level) for level in (2, 1, 0)], id="neither"),
        pytest.param([Response(written="yes", practice=level) for level in (2, 1, 0)], id="not done"),
        pytest.param([Response(written="no", practice=4), Response(written="partly", practice=3)], id="not written"),
        pytest.param(
            [Response(), Response(written="no", practice="unknown"), Response(practice=4), Response(practice=0)],
            id="not known",
        ),
    ],
)
def test_then_the_lowest_practice_level_decides(responses: list[Response]) -> None:
    """Within a kind the weakest practice comes first; a level that is unknown, then one not given, come last."""
    count = len(responses)
    assert _order(_equals(count), *responses) == list(range(count, 0, -1))


def test_partly_written_is_no_less_urgent_than_not_written() -> None:
    """Among gaps of one kind and level, no and partly are alike: the source decides."""
    assert _order(_equals(2), Response(written="partly", practice=1), Response(written="no", practice=1)) == [1, 2]


def test_at_last_the_order_of_the_source_decides() -> None:
    """Gaps that are alike in everything stand in the order of the source, 10 after 9."""
    assert _order(_equals(11), *[NEITHER] * 11) == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]


def test_all_tie_breakers_together() -> None:
    """Directly protecting ones by kind and level, then the others by kind, level and source."""
    criteria = _equals(9, direct=(2, 4, 9))
    responses = (
        NEITHER,  # 1
        NOT_WRITTEN,  # 2, direct
        Response(written="no", practice=0),  # 3
        Response(written="yes", practice=2),  # 4, direct
        NOT_DONE,  # 5
        NEITHER,  # 6
        Response(),  # 7
        MET,  # 8
        Response(written="yes", practice=1),  # 9, direct
    )
    assert _order(criteria, *responses) == [9, 4, 2, 3, 1, 6, 5, 7]


def test_priority_is_counted_within_a_school_and_year(toy: Criteria) -> None:
    """Each audit has a gap number 1 of its own; schools and years stay together."""
    nearly = dict.fromkeys(("toy-1.1-k1", "toy-1.2-k1"), MET)
    audits = [
        audit_of(toy, nearly, school=School(urn="900002", name="Valley", phase="primary")),
        audit_of(toy, nearly),
        audit_of(toy, nearly, year="2025/26"),
    ]
    table = gaps(scores(audits, toy), toy)
    assert table[["urn", "year", "priority", "statement"]].astype(object).to_numpy().tolist() == [
        ["900001", "2025/26", 1, "toy-1.1-k2"],
        ["900001", "2025/26", 2, "toy-2.1-k1"],
        ["900001", "2026/27", 1, "toy-1.1-k2"],
        ["900001", "2026/27", 2, "toy-2.1-k1"],
        ["900002", "2026/27", 1, "toy-1.1-k2"],
        ["900002", "2026/27", 2, "toy-2.1-k1"],
    ]


def test_a_gap_says_how_to_close_it(toy: Criteria) -> None:
    """A gap carries its place in the source, its text, and the guidance of its statement."""
    table = gaps(scores([audit_of(toy, {"toy-1.1-k1": NOT_DONE})], toy), toy)
    own = [name for name in GAPS if name not in SCORES]
    assert table.loc[table["statement"] == "toy-1.1-k1", own].to_dict("records") == [
        {
            "priority": 2,
            "reference": "1.1 K1",
            "statement_text": "Statement 1.1 K 1 holds.",
            "closes": "Do what the policy says.",
            "improve": "Write it.",
            "evidence_to_look_for": "A paper.",
            "governors_ask": "How do you know?",
        }
    ]


def test_the_order_of_the_rows_changes_nothing(toy: Criteria) -> None:
    """However the rows of scores are sorted, the gaps come in the same order."""
    table = scores([audit_of(toy, {})], toy)
    pd.testing.assert_frame_equal(gaps(table.iloc[::-1], toy), gaps(table, toy))


def test_all_met_leaves_an_empty_table() -> None:
    """Without a gap the table has its columns and no row."""
    criteria = _equals(1)
    table = gaps(scores([audit_of(criteria, {"toy-1.1-k1": MET})], criteria), criteria)
    pd.testing.assert_index_equal(table.columns, pd.Index(list(GAPS)))
    assert table.empty


@pytest.mark.parametrize(
    ("kind", "written", "practice", "expected"),
    [
        ("not_written", "partly", "3", "Put what is already done into the policy."),
        ("not_done", "yes", "1", "Do what the policy says."),
        ("neither", "no", "0", "Do it, and write it into the policy."),
        ("not_known", None, None, "Find out: ask the role named, and answer."),
        ("not_known", "unknown", "unknown", "Find out: ask the role named, and answer."),
        ("not_known", "yes", "unknown", "Find out whether it is done: ask the role named."),
        ("not_known", "yes", None, "Find out whether it is done: ask the role named."),
        (
            "not_known",
            "partly",
            None,
            "Write it fully into the policy, and find out whether it is done: ask the role named.",
        ),
        (
            "not_known",
            "no",
            None,
            "Write it fully into the policy, and find out whether it is done: ask the role named.",
        ),
        ("not_known", None, "3", "Find out whether the policy says it."),
        ("not_known", "unknown", "4", "Find out whether the policy says it."),
        ("not_known", None, "2", "Do it, and find out whether the policy says it."),
        ("not_known", "unknown", "0", "Do it, and find out whether the policy says it."),
    ],
)
def test_what_closes_a_gap(kind: str, written: str | None, practice: str | None, expected: str) -> None:
    """The kind says what to do; where one answer is missing and the other already fails, that is said too."""
    assert closes(kind, written, practice) == expected


def test_blanks_of_a_table_close_like_no_answer(toy: Criteria) -> None:
    """A statement without an answer is closed by finding out, blank in the table as it is."""
    table = gaps(scores([audit_of(toy, {})], toy), toy)
    assert set(table["closes"]) == {"Find out: ask the role named, and answer."}


def test_levels_go_before_unknown_and_that_before_no_answer() -> None:
    """Among what is not known, 0 comes first and 4 last of the levels; then practice that is unknown, then a blank one."""
    responses = [Response(practice=level) for level in (4, 3, 2, 1, 0)]
    criteria = _equals(7)
    assert _order(criteria, Response(written="yes"), Response(practice="unknown"), *responses) == [7, 6, 5, 4, 3, 2, 1]


def test_a_table_that_is_no_table_of_scores_is_refused(toy: Criteria) -> None:
    """Whoever hands over a table without its levels, or with levels as plain text, is told so before gaps are ranked."""
    table = scores([audit_of(toy, {})], toy)
    with pytest.raises(ValueError, match=r"^comment is missing$"):
        gaps(table.drop(columns="comment"), toy)
    with pytest.raises(ValueError, match=r"^protects is (object|str), not category$"):
        gaps(table.astype({"protects": "str"}), toy)


def test_gaps_are_numbered_from_the_first_row(toy: Criteria) -> None:
    """Rows of the table of gaps are counted from 0, wherever they stood among the scores."""
    table = gaps(scores([audit_of(toy, {"toy-1.1-k1": MET})], toy), toy)
    assert (list(table.index), list(table["statement"])) == ([0, 1, 2], ["toy-1.1-k2", "toy-1.2-k1", "toy-2.1-k1"])
