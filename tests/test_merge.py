"""Two versions of an answer brought together: a conflict is never settled unseen."""

from __future__ import annotations

import pytest

from audit.model import Response
from audit.school.merge import Conflict, UploadChange, fingerprint, merge, upload_differences

NONE, YES, NO = Response(), Response(written="yes"), Response(written="no")
LEVEL = Response(practice=3)


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "expected"),
    [
        pytest.param(NONE, YES, NONE, YES, id="only I answered"),
        pytest.param(NONE, NONE, YES, YES, id="only they answered"),
        pytest.param(NONE, YES, YES, YES, id="both the same"),
        pytest.param(NONE, YES, LEVEL, Response(written="yes", practice=3), id="different parts"),
        pytest.param(NONE, YES, NO, Conflict(YES, NO), id="the same part, differently"),
        pytest.param(YES, NONE, YES, NONE, id="I took mine back"),
        pytest.param(YES, NONE, NO, Conflict(NONE, NO), id="I took back what they changed"),
        pytest.param(
            NONE,
            Response(not_applicable="None here."),
            YES,
            Conflict(Response(not_applicable="None here."), YES),
            id="set aside, and answered",
        ),
        pytest.param(
            NONE,
            Response(evidence="A"),
            Response(comment="B"),
            Response(evidence="A", comment="B"),
            id="evidence and comment",
        ),
    ],
)
def test_merging(base: Response, mine: Response, theirs: Response, expected: Response | Conflict) -> None:
    """What only one side changed stands; what both changed differently is a conflict."""
    assert merge(base, mine, theirs) == expected


def test_a_fingerprint_tells_answers_apart() -> None:
    """No answer has none; the same answer has the same, any other another."""
    assert fingerprint(NONE) == ""
    assert fingerprint(YES) == fingerprint(Response(written="yes"))
    assert len({fingerprint(r) for r in (YES, NO, LEVEL, Response(comment="yes"))}) == 4


@pytest.mark.parametrize(
    ("response", "mark"),
    [
        (YES, "473e0b4a3cbd4e3a"),
        (Response(not_applicable="We have none."), "c6ff6d34c906e239"),
        (Response(written="partly", practice=2, evidence="Minutes – 3 May", comment="Ask é"), "dbc3f1e6dc1e2f04"),
    ],
)
def test_a_fingerprint_stays_what_it_is(response: Response, mark: str) -> None:
    """Workbooks that were sent out hold such marks, so an answer has the same one for good: sixteen hexadecimal digits."""
    assert fingerprint(response) == mark


@pytest.mark.parametrize(
    ("given", "sent", "stored", "kind"),
    [
        pytest.param(YES, NONE, NONE, "new", id="nothing was stored"),
        pytest.param(NO, YES, YES, "changed", id="follows on from what is stored"),
        pytest.param(NONE, YES, YES, "changed", id="taken back in the workbook"),
        pytest.param(NO, NONE, YES, "conflicting", id="stored meanwhile"),
        pytest.param(YES, YES, NO, None, id="untouched in the workbook, changed in the store"),
        pytest.param(NONE, NONE, YES, None, id="left empty in the workbook"),
        pytest.param(YES, NONE, YES, None, id="the same on both sides"),
    ],
)
def test_what_an_upload_would_change(given: Response, sent: Response, stored: Response, kind: str | None) -> None:
    """A row counts only if somebody touched it, and conflicts only if the stored answer moved too."""
    found = upload_differences({"a": given}, {"a": fingerprint(sent)}, {"a": stored})
    assert found == (() if kind is None else (UploadChange(statement="a", kind=kind, stored=stored, given=given),))  # type: ignore[arg-type]


def test_every_row_of_an_upload_is_compared() -> None:
    """Rows that change nothing, as stored or untouched in the workbook, hide no change of the rows after them."""
    given = {"as stored": YES, "first": NO, "untouched": NO, "second": LEVEL, "added by hand": YES}
    marks = {"as stored": "", "first": fingerprint(YES), "untouched": fingerprint(NO), "second": ""}
    stored = {"as stored": YES, "first": YES, "untouched": YES, "second": NO}
    assert upload_differences(given, marks, stored) == (
        UploadChange(statement="first", kind="changed", stored=YES, given=NO),
        UploadChange(statement="second", kind="conflicting", stored=NO, given=LEVEL),
        UploadChange(statement="added by hand", kind="new", stored=NONE, given=YES),
    )


def test_what_did_not_change_here_hides_nothing_that_did() -> None:
    """Each of the five parts of an answer is brought together by itself, whichever of them stayed as they were."""
    base = Response(written="no", practice=1, evidence="Old", comment="Old")
    mine = Response(written="no", practice=3, evidence="Old", comment="Mine")
    theirs = Response(written="partly", practice=1, evidence="Theirs", comment="Old")
    assert merge(base, mine, theirs) == Response(written="partly", practice=3, evidence="Theirs", comment="Mine")


def test_both_may_set_a_statement_aside_for_the_same_reason() -> None:
    """The same reason from both sides is one answer; another reason is a conflict."""
    ours, other = Response(not_applicable="None here."), Response(not_applicable="None yet.")
    assert merge(NONE, ours, ours) == ours
    assert merge(NONE, ours, other) == Conflict(mine=ours, theirs=other)


def test_an_empty_row_added_by_hand_clears_nothing() -> None:
    """A row without a mark was written from nothing: left empty it is untouched, answered it is compared."""
    assert upload_differences({"a": NONE}, {}, {"a": YES}) == ()
    assert upload_differences({"a": NO}, {}, {"a": YES}) == (
        UploadChange(statement="a", kind="conflicting", stored=YES, given=NO),
    )
