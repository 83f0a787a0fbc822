"""Signing: what is signed, by whom, and that any change of it is seen."""

from __future__ import annotations

import base64
import dataclasses
import datetime as dt
import json
import zlib
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.model import PRACTICE, STATUSES, WRITTEN, Action, Audit, Carried, Criteria, Response, Signature, SignOff
from audit.problems import Problem
from audit.school import signing
from audit.school.signing import NotIntact, Signed
from audit.text import fault_of
from tests.conftest import audit_of

A, B = "toy-1.1-k1", "toy-1.1-k2"
MAY, JUNE, JULY = dt.date(2027, 5, 3), dt.date(2027, 6, 4), dt.date(2027, 7, 5)
HEAD = Signature(role="headteacher", on=MAY, statement="We know our gaps.")
CHAIR = Signature(role="chair of governors", on=JUNE)
EXAMPLES = settings(deadline=None, max_examples=60)

texts = st.text(st.characters(codec="utf-8"), max_size=20).filter(lambda text: not text or fault_of(text) is None)
answers = st.builds(
    Response,
    written=st.none() | st.sampled_from(WRITTEN),
    practice=st.none() | st.sampled_from(PRACTICE),
    evidence=texts,
    comment=texts,
)
responses = st.dictionaries(st.sampled_from((A, B, "toy-2.1-s1")), answers)
actions = st.builds(
    Action,
    what=texts.map(lambda text: text or "Write it."),
    due=st.none() | st.dates(),
    status=st.sampled_from(STATUSES),
    id=st.sampled_from(("", "a1", "b2")),
    since=st.sampled_from(("", "2025/26")),
)
carried = st.dictionaries(
    st.sampled_from((A, B)), st.builds(Carried, response=answers, revision=st.integers(1, 3)), max_size=2
)
moments = st.none() | st.datetimes(dt.datetime(2026, 9, 1), dt.datetime(2027, 8, 31)).map(
    lambda moment: moment.replace(second=0, microsecond=0)
)


@st.composite
def audits(draw: st.DrawFn, criteria: Criteria) -> Audit:
    """Any audit that was never signed."""
    given_responses = draw(responses)
    return audit_of(
        criteria,
        given_responses,
        actions=tuple(draw(st.lists(actions, max_size=3))),
        carried_from="2025/26",
        carried=draw(carried),
        revisions=dict.fromkeys(given_responses, draw(st.integers(2, 4))),
        first_answer_at=draw(moments),
        policy_read=draw(texts),
    )


def signed_by_both(audit: Audit, criteria: Criteria) -> Audit:
    """The audit, signed by headteacher and chair."""
    return signing.sign(signing.sign(audit, criteria, HEAD), criteria, CHAIR)


def test_the_headteacher_signs_first_and_the_chair_of_governors_after(toy: Criteria) -> None:
    """Each role has its turn once, in this order."""
    audit = audit_of(toy, {})
    turns = [signing.next_role(audit)]
    for signature in (HEAD, CHAIR):
        audit = signing.sign(audit, toy, signature)
        turns.append(signing.next_role(audit))
    assert turns == ["headteacher", "chair of governors", None]
    assert audit.signed is not None
    assert audit.signed.signatures == (HEAD, CHAIR)


@pytest.mark.parametrize("signature", [CHAIR, HEAD], ids=["the chair first", "the headteacher twice"])
def test_nobody_signs_out_of_turn(toy: Criteria, signature: Signature) -> None:
    """The chair never signs before the headteacher, and the headteacher never twice."""
    audit = audit_of(toy, {}) if signature is CHAIR else signing.sign(audit_of(toy, {}), toy, HEAD)
    with pytest.raises(ValueError, match=f"not for the {signature.role} to sign"):
        signing.sign(audit, toy, signature)


def test_nobody_countersigns_what_has_been_altered(toy: Criteria) -> None:
    """The chair cannot sign an audit that is not what the headteacher signed."""
    signed = signing.sign(audit_of(toy, {A: Response(written="no")}), toy, HEAD)
    with pytest.raises(ValueError, match="not what was signed"):
        signing.sign(dataclasses.replace(signed, responses={A: Response(written="yes")}), toy, CHAIR)


def test_an_audit_is_signed_only_with_its_criteria_at_hand(toy: Criteria) -> None:
    """Without the criteria that it answers, an audit cannot be signed."""
    with pytest.raises(ValueError, match="criteria of the audit are not loaded"):
        signing.sign(audit_of(toy, {}), Criteria(()), HEAD)


def test_the_first_signature_closes_the_audit_and_the_second_keeps_its_content(toy: Criteria) -> None:
    """An audit that nobody called complete is complete from the day on which the headteacher signs."""
    one = signing.sign(audit_of(toy, {A: Response(written="yes")}), toy, HEAD)
    two = signing.sign(one, toy, CHAIR)
    assert one.signed is not None
    assert two.signed is not None
    assert (one.completed_on, two.completed_on) == (MAY, MAY)
    assert (one.signed.content, one.signed.version) == (two.signed.content, two.signed.version)
    assert one.signed.seal != two.signed.seal


def test_reopening_keeps_the_version_and_the_next_signing_makes_another(toy: Criteria) -> None:
    """An audit that is opened again can be changed; what was signed stays in its history, with the reason."""
    first = signed_by_both(audit_of(toy, {A: Response(written="no")}), toy)
    opened = signing.reopen(first, on=JULY, because="A slip in 1.1.")
    changed = dataclasses.replace(opened, responses={A: Response(written="yes")})
    second = signing.sign(changed, toy, dataclasses.replace(HEAD, on=JULY))
    assert (opened.signed, opened.completed_on) == (None, None)
    assert [(one.version, one.reopened_on, one.reopened_because) for one in second.sign_offs] == [
        (1, JULY, "A slip in 1.1."),
        (2, None, ""),
    ]
    assert second.sign_offs[0].content == first.sign_offs[0].content
    assert [signing.is_intact(one) for one in (first, opened, changed, second)] == [True, False, False, True]


def test_what_is_not_signed_is_not_reopened(toy: Criteria) -> None:
    """There is nothing to open again."""
    with pytest.raises(ValueError, match="not signed"):
        signing.reopen(audit_of(toy, {}), on=JULY, because="")


CHANGED: dict[str, dict[str, Any]] = {
    "an answer": {"responses": {A: Response(written="yes", practice=4, evidence="Log, page 3")}},
    "one letter of evidence": {"responses": {A: Response(written="yes", practice=3, evidence="Log, page 2")}},
    "an answer more": {"responses": {A: Response(written="yes", practice=3, evidence="Log, page 3"), B: Response(written="no")}},
    "no answer": {"responses": {}},
    "the scope": {"scope": "all"},
    "the year": {"year": "2027/28"},
    "the day of completion": {"completed_on": JUNE},
    "an action": {"actions": (Action(what="Write it."),)},
    "what was carried": {"carried": {A: Carried(response=Response(written="no"))}},
    "where it was carried from": {"carried_from": "2025/26"},
    "which revision was answered": {"revisions": {A: 2}},
    "when it was begun": {"first_answer_at": dt.datetime(2026, 9, 2)},
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGED.values(), ids=CHANGED)
def test_any_change_of_a_signed_audit_is_seen(toy: Criteria, change: dict[str, Any]) -> None:
    """Whatever of an audit is changed after signing, it is no more what was signed."""
    signed = signed_by_both(audit_of(toy, {A: Response(written="yes", practice=3, evidence="Log, page 3")}), toy)
    assert signing.is_intact(signed)
    assert not signing.is_intact(dataclasses.replace(signed, **change))


SIGN_OFFS: dict[str, dict[str, Any]] = {
    "the role": {"signatures": (dataclasses.replace(HEAD, role="chair of governors"), CHAIR)},
    "the date": {"signatures": (dataclasses.replace(HEAD, on=JUNE), CHAIR)},
    "the statement": {"signatures": (dataclasses.replace(HEAD, statement="We know our gaps!"), CHAIR)},
    "a signature less": {"signatures": (HEAD,)},
    "the version": {"version": 2},
    "the content": {"content": "0" * 64},
    "the criteria": {"criteria": "0" * 64},
    "the seal": {"seal": "0" * 64},
    "a reason for reopening": {"reopened_because": "Because."},
}


@pytest.mark.parametrize("change", SIGN_OFFS.values(), ids=SIGN_OFFS)
def test_any_change_of_a_sign_off_is_seen(toy: Criteria, change: dict[str, Any]) -> None:
    """Role, date, statement, version and hashes of a sign-off belong together."""
    signed = signed_by_both(audit_of(toy, {}), toy)
    altered = dataclasses.replace(signed.sign_offs[0], **change)
    assert not signing.is_intact(dataclasses.replace(signed, sign_offs=(altered,)))


def test_earlier_sign_offs_belong_to_what_is_signed(toy: Criteria) -> None:
    """The history of sign-offs cannot be shortened or rewritten in a later version."""
    first = signing.reopen(signed_by_both(audit_of(toy, {}), toy), on=JULY, because="A slip.")
    second = signing.sign(first, toy, dataclasses.replace(HEAD, on=JULY))
    earlier, now = second.sign_offs
    rewritten = dataclasses.replace(earlier, reopened_because="")
    assert signing.is_intact(second)
    assert not signing.is_intact(dataclasses.replace(second, sign_offs=(rewritten, now)))
    assert not signing.is_intact(dataclasses.replace(second, sign_offs=(now,)))


def test_the_order_of_the_answers_is_no_part_of_what_is_signed(toy: Criteria) -> None:
    """The same answers in another order have the same SHA-256."""
    answered = {A: Response(written="yes"), B: Response(written="no")}
    one, two = (audit_of(toy, dict(items)) for items in (answered.items(), reversed(answered.items())))
    assert signing.content_hash(one, "") == signing.content_hash(two, "")


def test_signed_content_of_this_version_stays_what_it_is(toy: Criteria) -> None:
    """What was signed once is intact in every later version of the product: these figures never change.

    If this fails, something in the model changed its name or its default, and every audit that schools
    have signed would be called altered: give what is new a default that changes nothing instead.
    """
    audit = audit_of(
        toy,
        {
            A: Response(written="yes", practice=4, evidence="Büro: Log — page 3"),
            B: Response(not_applicable="No email."),
        },
        actions=(Action(statement=A, what="Write it.", due=JULY, id="a1", since="2025/26"),),
        carried_from="2025/26",
        carried={A: Carried(response=Response(written="no", practice="unknown"), revision=2)},
        revisions={A: 2},
        first_answer_at=dt.datetime(2026, 10, 1, 9, 30),
    )
    unnamed = Criteria(
        tuple(dataclasses.replace(f, coverage="", name="") for f in toy.frameworks)
    )  # as in that release
    assert signed_by_both(audit, unnamed).sign_offs == (
        SignOff(
            version=1,
            content="cac16f4d51bad886b6d45be8e5284c87106159f6a4f025d17fb3657c1b0b8af2",
            criteria="de920ad084cf51fc9d7040d4895b571bb1ba748713deee7a332fb2ba11cf9b7c",
            signatures=(HEAD, CHAIR),
            seal="5becc7d51251e4490d5b6d5f63005bc962cb9d20e691ad67c35b5d6afac47665",
        ),
    )


@EXAMPLES
@given(data=st.data())
def test_signed_content_comes_back_from_its_text(toy: Criteria, data: st.DataObject) -> None:
    """Every audit that can be signed is what it was after JSON and after the text for a workbook's cell."""
    audit = data.draw(audits(toy))
    signed = Signed(audit=signed_by_both(audit, toy), criteria=toy)
    assert signing.from_json(signing.unpacked_json(signing.packed_json(signing.as_json(signed)))) == signed


@EXAMPLES
@given(data=st.data())
def test_signed_content_with_a_version_before_it_comes_back(toy: Criteria, data: st.DataObject) -> None:
    """The history of sign-offs comes back too."""
    first = signing.reopen(signed_by_both(data.draw(audits(toy)), toy), on=JULY, because=data.draw(texts))
    later = dataclasses.replace(first, responses=data.draw(responses))
    signed = Signed(audit=signing.sign(later, toy, dataclasses.replace(HEAD, on=JULY)), criteria=toy)
    assert signing.from_json(signing.as_json(signed)) == signed


@settings(deadline=None, max_examples=300)
@given(place=st.integers(0, 10**6), byte=st.integers(0, 255))
def test_no_byte_of_signed_content_changes_unseen(toy: Criteria, place: int, byte: int) -> None:
    """One byte changed anywhere in the JSON: it is no more signed content."""
    audit = audit_of(toy, {A: Response(written="yes", practice=3, evidence="Log, page 3")})
    data = bytearray(signing.as_json(Signed(audit=signed_by_both(audit, toy), criteria=toy)))
    place %= len(data)
    if data[place] == byte:
        return
    data[place] = byte
    with pytest.raises(NotIntact):
        signing.from_json(bytes(data))


@settings(deadline=None, max_examples=300)
@given(place=st.integers(0, 10**6), letter=st.characters())
def test_no_letter_of_the_packed_text_changes_what_was_signed(place: int, letter: str) -> None:
    """One letter changed in the text of a cell: it cannot be unpacked, or it is the same content."""
    packed = signing.packed_json(b'{"audit": "of Hilltop"}' * 9)
    place %= len(packed)
    try:
        found = signing.unpacked_json(packed[:place] + letter + packed[place + 1 :])
    except NotIntact:
        return
    assert found == b'{"audit": "of Hilltop"}' * 9


@settings(deadline=None, max_examples=200)
@given(data=st.binary(max_size=60) | st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(("audit", "frameworks", "x")), inner),
).map(lambda value: json.dumps(value).encode()))  # fmt: skip
def test_whatever_is_no_signed_content_is_refused_in_words(data: bytes) -> None:
    """Any other bytes and any other JSON are refused, and never break anything."""
    with pytest.raises(NotIntact):
        signing.from_json(data)


@settings(deadline=None, max_examples=200)
@given(text=st.text(max_size=40))
def test_whatever_is_no_packed_text_is_refused_in_words(text: str) -> None:
    """A cell with any other text is refused, and never breaks anything."""
    with pytest.raises(NotIntact):
        signing.unpacked_json(text)


OTHER_CONTENT: dict[str, tuple[Literal["audit", "frameworks", "more"], Any, str]] = {
    "an unknown key": ("audit", {"pupil": "X"}, "more than what was signed"),
    "no sign-off": ("audit", {"sign_offs": []}, "not signed"),
    "a number as text": ("audit", {"revisions": {A: "2"}}, "more than what was signed, or is written in another way"),
    "a default written out": ("audit", {"policy_read": ""}, "written in another way"),
    "another framework": ("frameworks", [], "criteria in the signed content are not those"),
    "a key beside the two": ("more", 1, "more than what was signed"),
}


@pytest.mark.parametrize(("where", "value", "why"), OTHER_CONTENT.values(), ids=OTHER_CONTENT)
def test_signed_content_holds_that_and_nothing_else(toy: Criteria, where: str, value: Any, why: str) -> None:
    """Nothing can be slipped in beside what was signed, and there is one way only to write it."""
    audit = audit_of(toy, {A: Response(written="yes")}, revisions={A: 2})
    found = json.loads(signing.as_json(Signed(audit=signed_by_both(audit, toy), criteria=toy)))
    if where == "audit":
        found["audit"] |= value
    else:
        found[where] = value
    with pytest.raises(NotIntact, match=why):
        signing.from_json(signing.canonical(found))


def test_text_behind_the_packed_content_is_refused() -> None:
    """Nothing can be hung onto the end of a packed text."""
    packed = base64.b64encode(zlib.compress(b"{}") + b"more").decode()
    with pytest.raises(NotIntact, match="cannot be read"):
        signing.unpacked_json(packed)


def test_a_text_that_unpacks_without_end_is_refused() -> None:
    """A small text that would fill the memory is refused."""
    with pytest.raises(NotIntact, match="cannot be read"):
        signing.unpacked_json(signing.packed_json(b"0" * 30_000_000))


TODAY = dt.date(2027, 7, 20)
REFUSED: dict[str, tuple[dict[str, Any], dict[str, Any], Problem]] = {
    "a day to come": (
        {},
        {"on": dt.date(2027, 7, 21)},
        Problem(where="Date", what="21 July 2027 is still to come.", fix="Sign with today's date, or an earlier one."),
    ),
    "before the year": (
        {},
        {"on": dt.date(2026, 8, 31)},
        Problem(
            where="Date",
            what="31 August 2026 is before the academic year began (1 September 2026).",
            fix="Correct the date.",
        ),
    ),
    "before the last answer": (
        {"last_answer_at": dt.datetime(2027, 7, 5, 23, 50)},
        {"on": dt.date(2027, 7, 4)},
        Problem(where="Date", what="4 July 2027 is before the last answer was given (5 July 2027).", fix="Correct the date."),
    ),
    "before the year, on whose first day an answer was given": (
        {"last_answer_at": dt.datetime(2026, 9, 1, 12, 0)},
        {"on": dt.date(2026, 8, 31)},
        Problem(
            where="Date",
            what="31 August 2026 is before the academic year began (1 September 2026).",
            fix="Correct the date.",
        ),
    ),
    "another role's turn": (
        {},
        {"role": "chair of governors"},
        Problem(
            where="Role",
            what="It is not for the chair of governors to sign now.",
            fix="It is for the headteacher to sign.",
        ),
    ),
    "a desk review": (
        {"basis": "desk review"},
        {},
        Problem(
            where="Sign-off",
            what="A desk review reads a published text, and no school answers for it.",
            fix="Sign an audit that the school itself has answered.",
        ),
    ),
    "a statement that no workbook holds": (
        {},
        {"statement": "bell\x07"},
        Problem(
            where="Statement",
            what="Character 5 is a control character (U+0007) that no workbook can hold. "
            "Delete it, or type the text again instead of pasting it.",
            fix="",
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("audit", "entered", "problem"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_signed_is_said_with_its_remedy(
    toy: Criteria, audit: dict[str, Any], entered: dict[str, Any], problem: Problem
) -> None:
    """A wrong date, role or text is a problem that a person can mend."""
    fields = {"role": "headteacher", "on": TODAY, "statement": "", "today": TODAY} | entered
    assert signing.signature_of(audit_of(toy, {}, **audit), **fields) == problem


def test_a_signature_has_its_words_without_spaces_around(toy: Criteria) -> None:
    """What a person enters becomes a signature."""
    entered = signing.signature_of(audit_of(toy, {}), "headteacher", on=MAY, statement=" We know. \n", today=TODAY)
    assert entered == Signature(role="headteacher", on=MAY, statement="We know.")


def test_today_can_always_be_signed(toy: Criteria) -> None:
    """An answer given late in the evening, already tomorrow in Greenwich, does not forbid to sign today."""
    audit = audit_of(toy, {}, last_answer_at=dt.datetime(2027, 7, 21, 1, 0))
    assert signing.signature_of(audit, "headteacher", on=TODAY, statement="", today=TODAY) == Signature(
        role="headteacher", on=TODAY
    )


def test_a_signed_or_altered_audit_says_what_to_do_instead(toy: Criteria) -> None:
    """Once both have signed nobody signs; what is not what was signed has to be opened again."""
    signed = signed_by_both(audit_of(toy, {}), toy)
    altered = dataclasses.replace(signed, scope="all")
    found = [
        signing.signature_of(audit, "headteacher", on=TODAY, statement="", today=TODAY) for audit in (signed, altered)
    ]
    assert [str(one) for one in found] == [
        "Role: It is not for the headteacher to sign now. Open the audit again first, if something has to change.",
        "Sign-off: The audit is not what was signed. Open it again, and sign it again.",
    ]


def test_the_chair_signs_no_earlier_than_the_headteacher(toy: Criteria) -> None:
    """A later signature has a later day, or the same; so has the first one after reopening."""
    one = signing.sign(audit_of(toy, {}), toy, HEAD)
    early = signing.signature_of(one, "chair of governors", on=dt.date(2027, 5, 2), statement="", today=TODAY)
    again = signing.signature_of(
        signing.reopen(one, on=JULY, because=""), "headteacher", on=JUNE, statement="", today=TODAY
    )
    assert [str(found) for found in (early, again)] == [
        "Date: 2 May 2027 is before the headteacher signed (3 May 2027). Correct the date.",
        "Date: 4 June 2027 is before the audit was opened again (5 July 2027). Correct the date.",
    ]


ANSWERED, UNKNOWN = Response(written="yes", practice=3), Response(written="unknown", practice=4)
ASIDE = Response(not_applicable="We have none.")


@pytest.mark.parametrize(
    ("responses", "expected"),
    [
        ({}, (4, 4)),
        ({A: ANSWERED, B: ASIDE, "toy-1.2-k1": UNKNOWN}, (2, 3)),
        ({A: Response(written="no"), B: Response(practice=0), "toy-1.2-k1": Response(written="no", practice="unknown")}, (4, 4)),
        ({A: Response(written="no", practice=0), "toy-1.1-s1": Response(), "toy-1.2-k2": Response()}, (3, 4)),
        (dict.fromkeys((A, B, "toy-1.2-k1", "toy-2.1-k1"), ANSWERED), (0, 4)),
    ],
    ids=["nothing answered", "one set aside, one unknown", "answered by half", "other statements", "all answered"],
)  # fmt: skip
def test_how_much_is_not_answered(toy: Criteria, responses: dict[str, Response], expected: tuple[int, int]) -> None:
    """Of the recommended statements of the phase that apply: how many lack one of the two answers, and how many they are."""
    carried = {A: Carried(response=ANSWERED), "toy-2.1-k1": Carried(response=ANSWERED)}
    audit = audit_of(toy, responses, carried_from="2025/26", carried=carried)
    assert signing.not_answered(audit, toy) == expected


def test_what_is_left_open_is_said_in_words() -> None:
    """One statement is, several are; what was signed without them says so, and what is complete says nothing."""
    assert [signing.still_open(left, 4) for left in (1, 2)] == [
        "1 of 4 statements is not answered, not known or not confirmed yet.",
        "2 of 4 statements are not answered, not known or not confirmed yet.",
    ]
    assert [signing.not_answered_in_words(left, 4) for left in (0, 1)] == ["", "Signed with 1 of 4 not answered."]


@pytest.mark.parametrize(
    ("statement", "is_signed"),
    [
        ("", False),
        ("n/a", False),
        ("1234 5678 90", False),
        ("Because", False),
        ("Too late.", False),
        ("Governor", True),
    ],
)
def test_who_signs_an_open_audit_first_says_why(toy: Criteria, statement: str, is_signed: bool) -> None:
    """Where something is not answered, the reason has at least eight letters, and is no empty word."""
    entered = signing.signature_of(
        audit_of(toy, {A: ANSWERED}), "headteacher", on=TODAY, statement=statement, today=TODAY, criteria=toy
    )
    refused = Problem(
        where="Statement",
        what="3 of 4 statements are not answered, not known or not confirmed yet.",
        fix="Answer them first, or say in the statement of the headteacher why the audit is signed all the same.",
    )
    assert entered == (Signature(role="headteacher", on=TODAY, statement=statement) if is_signed else refused)


def test_who_countersigns_or_signs_a_complete_audit_need_say_nothing(toy: Criteria) -> None:
    """The reason was given with the first signature; of a complete audit, or without its criteria, none is asked."""
    open_one = signing.sign(audit_of(toy, {}), toy, HEAD)
    whole = audit_of(toy, dict.fromkeys((A, B, "toy-1.2-k1", "toy-2.1-k1"), ANSWERED))
    entered = [
        signing.signature_of(open_one, "chair of governors", on=JUNE, statement="", today=TODAY, criteria=toy),
        signing.signature_of(whole, "headteacher", on=JUNE, statement="", today=TODAY, criteria=toy),
        signing.signature_of(audit_of(toy, {}), "headteacher", on=JUNE, statement="", today=TODAY),
    ]
    assert entered == [
        Signature(role="chair of governors", on=JUNE),
        Signature(role="headteacher", on=JUNE),
        Signature(role="headteacher", on=JUNE),
    ]


def test_an_audit_may_be_signed_on_the_first_day_that_can_be(toy: Criteria) -> None:
    """The first day of the year, the day of the last answer, and today are each late and early enough."""
    first, last = dt.date(2026, 9, 1), dt.datetime(2027, 7, 5, 12, 0)
    for audit, day in ((audit_of(toy, {}), first), (audit_of(toy, {}, last_answer_at=last), JULY)):
        entered = signing.signature_of(audit, "headteacher", on=day, statement="", today=day)
        assert entered == Signature(role="headteacher", on=day)


def test_the_day_of_signing_completes_an_audit_that_nobody_called_complete(toy: Criteria) -> None:
    """The first signature gives the day; a day that was given before stays, and the second changes nothing."""
    assert signed_by_both(audit_of(toy, {}), toy).completed_on == MAY
    assert signing.sign(audit_of(toy, {}, completed_on=dt.date(2027, 1, 9)), toy, HEAD).completed_on == dt.date(
        2027, 1, 9
    )


def test_signing_out_of_turn_or_anew_says_why(toy: Criteria) -> None:
    """What the pages never offer is refused in words all the same."""
    once = signing.sign(audit_of(toy, {}), toy, HEAD)
    altered = dataclasses.replace(once, scope="all")
    gone = dataclasses.replace(audit_of(toy, {}), frameworks=())
    for audit, signature, why in (
        (audit_of(toy, {}), CHAIR, "it is not for the chair of governors to sign now"),
        (altered, CHAIR, "the audit is not what was signed"),
        (gone, HEAD, "the criteria of the audit are not loaded"),
    ):
        with pytest.raises(ValueError, match=f"^{why}$"):
            signing.sign(audit, toy, signature)
    with pytest.raises(ValueError, match=r"^the audit is not signed$"):
        signing.reopen(audit_of(toy, {}), on=JULY, because="A slip.")


def test_what_is_signed_comes_back_with_the_program_that_wrote_it(toy: Criteria) -> None:
    """The version of the program stands in the content only where it is known; without it the content is as before."""
    audit = signed_by_both(audit_of(toy, {A: ANSWERED}), toy)
    bare, marked = Signed(audit=audit, criteria=toy), Signed(audit=audit, criteria=toy, program="0.9.0")
    assert [signing.from_json(signing.as_json(one)) for one in (bare, marked)] == [bare, marked]
    assert json.loads(signing.as_json(marked))["program"] == "0.9.0"
    assert set(json.loads(signing.as_json(bare))) == {"audit", "frameworks"}


def test_the_canonical_form_is_one() -> None:
    """Keys are sorted, nothing stands between values, every letter beyond ASCII is escaped, and no number is none."""
    assert (
        signing.canonical({"b": [1, "é"], "a": {"d": None, "c": True}})
        == b'{"a":{"c":true,"d":null},"b":[1,"\\u00e9"]}'
    )
    with pytest.raises(ValueError, match="JSON compliant"):
        signing.canonical(float("nan"))


def test_content_that_is_not_intact_says_what_is_wrong(toy: Criteria) -> None:
    """Not signed, with other criteria, with other content, or with something more: each is said in its own words."""
    audit = signed_by_both(audit_of(toy, {A: ANSWERED}), toy)
    whole = json.loads(signing.as_json(Signed(audit=audit, criteria=toy)))
    other = Criteria((dataclasses.replace(toy.frameworks[0], title="Another title"),))
    unsigned = {key: value for key, value in whole["audit"].items() if key != "sign_offs"}
    for content, why in (
        ({**whole, "audit": unsigned}, "The content is not signed."),
        (
            json.loads(signing.as_json(Signed(audit=audit, criteria=other))),
            "The criteria in the signed content are not those that the audit was signed with.",
        ),
        (
            {**whole, "audit": {**whole["audit"], "policy_read": "Another"}},
            "The signed content was changed: its SHA-256 is not the one that was signed.",
        ),
        (
            {**whole, "more": 1},
            "The signed content holds more than what was signed, or is written in another way.",
        ),
        ({"audit": whole["audit"]}, "The signed content cannot be read; part of it is missing or was changed."),
    ):
        with pytest.raises(NotIntact) as refused:
            signing.from_json(signing.canonical(content))
        assert str(refused.value) == why


def test_packed_content_may_be_as_long_as_is_allowed_and_no_longer() -> None:
    """Twenty million bytes are unpacked; of one more, of half a text, and of a text with something behind it, none are."""
    assert signing.unpacked_json(signing.packed_json(b"0" * 19_999_999)) == b"0" * 19_999_999
    packed = zlib.compress(b"{}", 9)
    unreadable = "The signed content cannot be read; part of it is missing or was changed."
    for text in (
        signing.packed_json(b"0" * 20_000_001),
        base64.b64encode(packed[:-1]).decode("ascii"),
        base64.b64encode(packed + b"more").decode("ascii"),
        base64.b64encode(packed).decode("ascii")[:-2] + " ==",
        "!",
        base64.b64encode(b"no zlib").decode("ascii"),
    ):
        with pytest.raises(NotIntact) as refused:
            signing.unpacked_json(text)
        assert str(refused.value) == unreadable
