"""Journeys through a second year as Streamlit runs them: begin with last year's answers, confirm, change, sign."""

from __future__ import annotations

import dataclasses
import datetime as dt
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from audit.model import Action, Audit, Carried, Criteria, Response, School, Signature, academic_year
from audit.school.proposals import start_from
from audit.school.signing import sign
from audit.store.audits import Store
from audit.workbook.write import write
from tests.editions import later, revised
from tests.pages import app_store, at, filled_in, press, said, titles, upload

pytestmark = pytest.mark.slow

FIRST, SECOND = "kcc-2.2.3-k1", "kcc-2.2.3-k2"
QUESTION = "kcc-2010_2.2.3"
SCHOOL = School(urn="900402", name="Dale *Primary*", phase="primary")
MET = Response(written="yes", practice=3, evidence="Minutes of *May*", comment="Ask the <b>lead</b>")
NONE_HERE = Response(not_applicable="We have *none*.")
SIGNATURE = Signature(role="headteacher", on=dt.date(2026, 11, 2))


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The store that the app under test uses."""
    with app_store(tmp_path, monkeypatch) as opened:
        yield opened


def last_year(criteria: Criteria, **responses: Response) -> Audit:
    """The audit of 2025/26, with the first two statements answered."""
    return Audit(
        school=SCHOOL,
        year="2025/26",
        frameworks=criteria.refs,
        responses={FIRST: MET, SECOND: Response(written="no", practice=1), **responses},
        actions=(Action(statement=SECOND, what="Write it.", id="a1"),),
    )


@pytest.fixture
def begun(store: Store, shipped: Criteria) -> str:
    """An audit of 2026/27 that has just begun with last year's answers."""
    return store.add(start_from(last_year(shipped), shipped, year="2026/27"))


def key(audit_id: str, name: str, statement: str = FIRST) -> str:
    """The key of a widget of a statement."""
    return f"answer.{audit_id}.{statement}.{name}"


def stored(store: Store, audit_id: str) -> dict[str, Response]:
    """The responses in the store."""
    return {name: kept.response for name, kept in store.stored(audit_id).items()}


def signed(store: Store, criteria: Criteria) -> str:
    """An audit of 2025/26 in the store, signed by the headteacher."""
    audit_id = store.add(last_year(criteria))
    seen = store.load(audit_id)
    assert seen is not None
    store.sign_offs.sign(audit_id, SIGNATURE, seen=seen, criteria=criteria)
    return audit_id


def labels(app: AppTest) -> list[str]:
    """The labels of the buttons of the page."""
    return [button.label for button in app.button]


def test_a_year_begins_with_the_answers_of_the_last(store: Store, shipped: Criteria) -> None:
    """Last year's audit is chosen, what is carried forward is shown, and the new audit opens with it at its first question."""
    last = last_year(shipped)
    audit_id = store.add(last)
    app = at("start", **{"from": audit_id})
    assert "2 answers of 2025/26 to be confirmed or changed." in said(app)
    assert "1 action still open in the plan of 2025/26." in said(app)
    app.selectbox(key="next-year").set_value("2026/27").run()
    press(app, "Start 2026/27")
    new_id = store.find("900402", "2026/27")
    assert new_id is not None
    assert store.load(new_id) == start_from(last, shipped, year="2026/27")
    assert titles(app)[0].startswith("2.1")


def test_a_year_begins_with_a_workbook_of_the_last(store: Store, shipped: Criteria) -> None:
    """Nothing depends on last year's audit having been on this computer."""
    last = last_year(shipped)
    app = at("start")
    app.selectbox(key="last-year").set_value("A workbook of last year").run()
    upload(app, "last-workbook", write(last, shipped))
    assert "2 answers of 2025/26 to be confirmed or changed." in said(app)
    app.selectbox(key="next-year").set_value("2026/27").run()
    press(app, "Start 2026/27")
    new_id = store.find("900402", "2026/27")
    assert new_id is not None
    assert store.load(new_id) == start_from(last, shipped, year="2026/27")


def test_another_audit_can_be_chosen(store: Store, shipped: Criteria) -> None:
    """The years offered follow the audit that is chosen; an address that names none chooses none."""
    newer = store.add(dataclasses.replace(last_year(shipped), year="2040/41"))
    older = store.add(dataclasses.replace(last_year(shipped), year="2038/39"))
    app = at("start", **{"from": "gone"})
    assert app.selectbox(key="last-year").value is None
    for chosen, years in ((newer, ["2041/42", "2042/43"]), (older, ["2039/40", "2040/41"])):
        app.selectbox(key="last-year").set_value(chosen).run()
        assert not app.exception
        assert app.selectbox(key="next-year").options == years
        assert app.selectbox(key="next-year").value == years[0]


def test_a_file_that_is_no_workbook_carries_nothing(store: Store) -> None:
    """It is said what is wrong with it, and no button to start is there."""
    app = at("start")
    app.selectbox(key="last-year").set_value("A workbook of last year").run()
    upload(app, "last-workbook", b"Not a workbook")
    assert not app.exception
    assert "The workbook cannot be used until the faults above are mended. Nothing was changed." in said(app)
    assert "start-next" not in [button.key for button in app.button]
    assert store.cards() == ()


def test_answers_that_cannot_be_confirmed_are_named_before_the_year_begins(store: Store, shipped: Criteria) -> None:
    """Last year's audit answered an edition with other statements: those are named as they were worded then."""
    other = later(shipped, lambda one: dataclasses.replace(one, id="kcc-old-k1") if one.id == FIRST else one)
    old = revised(other, SECOND, "Old wording.")
    store.keep(old)
    last = dataclasses.replace(last_year(old, **{"kcc-old-k1": MET}), revisions={SECOND: 2})
    audit_id = store.add(last)
    app = at("start", **{"from": audit_id})
    assert "1 statement changed since 2025/26: answer them again" in said(app)
    assert [fold.label for fold in app.expander if fold.label.startswith("What cannot")] == [
        "What cannot simply be confirmed: 2"
    ]


def test_a_year_that_is_there_already_is_offered_instead(store: Store, shipped: Criteria, begun: str) -> None:
    """Starting the same year twice changes nothing and leads to the audit that is there."""
    audit_id = store.add(last_year(shipped))
    app = at("start", **{"from": audit_id})
    app.selectbox(key="next-year").set_value("2026/27").run()
    press(app, "Start 2026/27")
    assert "There is an audit of Dale \\*Primary\\* for 2026/27 already." in said(app)
    press(app, "Open that audit")
    assert app.query_params["audit"] == begun


def test_home_offers_this_year_from_the_last_one(store: Store, shipped: Criteria) -> None:
    """Only a school's newest self-audit offers it, and only if its year is over."""
    this_year = academic_year(dt.date.today())
    for year in ("2022/23", "2023/24"):
        store.add(dataclasses.replace(last_year(shipped), year=year))
    other = School(urn="900403", name="Hilltop", phase="primary")
    store.add(dataclasses.replace(last_year(shipped), school=other, year=this_year))
    review = School(urn="900404", name="Brook", phase="primary")
    store.add(dataclasses.replace(last_year(shipped), school=review, year="2017/18", basis="desk review"))
    app = at("home")
    assert [label for label in labels(app) if label.startswith("Start 2")] == [f"Start {this_year} from this"]
    press(app, f"Start {this_year} from this")
    assert titles(app) == ["Start or add an audit"]
    assert "2 answers of 2023/24 to be confirmed or changed." in said(app)


def test_one_click_confirms(store: Store, begun: str) -> None:
    """Last year's answer stands there in words, its widgets show it, and one button stores the whole of it."""
    app = at("answer", audit=begun, question=QUESTION)
    assert "**To be confirmed.** Answered in 2025/26: Written\\: Yes; Done\\: 3 In place." in said(app)
    assert app.radio(key=key(begun, "written")).value == "yes"
    assert app.radio(key=key(begun, "practice")).value == 3
    assert app.text_area(key=key(begun, "evidence")).value == "Minutes of *May*"
    assert stored(store, begun) == {}
    app.button(key=key(begun, "confirm")).click().run()
    assert stored(store, begun) == {FIRST: MET}
    assert "Saved at" in said(app)
    assert key(begun, "confirm") not in [button.key for button in app.button]


def test_changing_one_thing_keeps_the_rest_of_last_year(store: Store, begun: str) -> None:
    """Whoever chooses another level takes the rest over with it: the answer has been changed."""
    app = at("answer", audit=begun, question=QUESTION)
    app.radio(key=key(begun, "practice")).set_value(4).run()
    assert stored(store, begun) == {FIRST: dataclasses.replace(MET, practice=4)}


def test_a_comment_of_last_year_that_is_folded_away_is_kept(store: Store, begun: str) -> None:
    """Folding the comment and then changing the answer takes the comment over too."""
    app = at("answer", audit=begun, question=QUESTION)
    app.toggle(key=key(begun, "more")).set_value(False).run()
    app.radio(key=key(begun, "written")).set_value("partly").run()
    assert stored(store, begun) == {FIRST: dataclasses.replace(MET, written="partly")}


def test_last_years_answer_stays_readable(begun: str) -> None:
    """After it was changed the help still tells what was answered then, as it was typed."""
    app = at("answer", audit=begun, question=QUESTION)
    app.radio(key=key(begun, "written")).set_value("no").run()
    then = "Written: Yes\nDone: 3 In place\nEvidence: Minutes of *May*\nComment: Ask the <b>lead</b>"
    assert then in [text.value for text in at("answer", audit=begun, question=QUESTION).text]


def test_ticking_and_unticking_confirms_nothing(store: Store, begun: str) -> None:
    """Not applicable chosen by mistake and taken back leaves last year's answer to be confirmed."""
    app = at("answer", audit=begun, question=QUESTION)
    app.checkbox(key=key(begun, "na")).check().run()
    app.checkbox(key=key(begun, "na")).uncheck().run()
    assert stored(store, begun) == {}
    assert app.radio(key=key(begun, "practice")).value == 3
    assert key(begun, "confirm") in [button.key for button in app.button]


def test_what_was_not_applicable_is_confirmed_or_answered(store: Store, shipped: Criteria) -> None:
    """The reason of last year can be confirmed; unticking it lets the statement be answered."""
    last = last_year(shipped, **{FIRST: NONE_HERE, SECOND: NONE_HERE})
    audit_id = store.add(start_from(last, shipped, year="2026/27"))
    app = at("answer", audit=audit_id, question=QUESTION)
    assert "Answered in 2025/26: Not applicable\\: We have \\*none\\*\\.." in said(app)
    app.button(key=key(audit_id, "confirm")).click().run()
    app.checkbox(key=key(audit_id, "na", SECOND)).uncheck().run()
    app.radio(key=key(audit_id, "written", SECOND)).set_value("no").run()
    assert stored(store, audit_id) == {FIRST: NONE_HERE, SECOND: Response(written="no")}


def test_a_reason_of_last_year_that_says_nothing_is_not_confirmed(store: Store, shipped: Criteria) -> None:
    """Where last year said *n/a*, a reason is asked for instead of the same again."""
    last = last_year(shipped, **{FIRST: Response(not_applicable="n/a")})
    audit_id = store.add(start_from(last, shipped, year="2026/27"))
    app = at("answer", audit=audit_id, question=QUESTION)
    app.button(key=key(audit_id, "confirm")).click().run()
    assert any("gives no reason" in warning.value for warning in app.warning)
    assert store.stored(audit_id) == {}


def test_two_people_confirm_and_change_at_once(store: Store, begun: str) -> None:
    """Somebody changes the answer while this page shows last year's: both are shown, nothing is lost."""
    app = at("answer", audit=begun, question=QUESTION)
    store.save(begun, FIRST, base=Response(), mine=dataclasses.replace(MET, practice=1))
    app.button(key=key(begun, "confirm")).click().run()
    assert "Two different answers" in said(app)
    app.button(key=key(begun, "keep-True")).click().run()
    assert stored(store, begun) == {FIRST: MET}


def test_a_statement_that_changed_is_asked_anew(store: Store, shipped: Criteria) -> None:
    """Last year's answer is shown beside empty widgets, cannot be confirmed, and the new one knows its revision."""
    newer = revised(shipped, FIRST, "It holds for everyone.")
    store.keep(newer)
    begun = dataclasses.replace(start_from(last_year(shipped), shipped, year="2026/27"), frameworks=newer.refs)
    audit_id = store.add(begun)
    app = at("answer", audit=audit_id, question=QUESTION)
    assert "**It holds for everyone.**" in said(app)
    assert "**Asked anew.** The statement has changed since 2025/26." in said(app)
    assert app.radio(key=key(audit_id, "written")).value is None
    assert app.text_area(key=key(audit_id, "evidence")).value == ""
    assert key(audit_id, "confirm") not in [button.key for button in app.button]
    app.radio(key=key(audit_id, "written")).set_value("partly").run()
    loaded = store.load(audit_id)
    assert loaded is not None
    assert (loaded.responses, loaded.revisions) == ({FIRST: Response(written="partly")}, {FIRST: 2})


def test_the_way_says_where_something_is_to_confirm(begun: str) -> None:
    """The progress, the menu of questions and the check page count what waits, and the check page leads there."""
    app = at("answer", audit=begun, question=QUESTION)
    assert "○ 2.2.3 Enhancing learning: not started, 2 to confirm" in labels(app)
    check = at("check", audit=begun)
    assert [header.value for header in check.subheader][:3] == [
        "To be confirmed: 2",
        "Asked anew: 0",
        "Not fully answered: 39",
    ]


def test_an_audit_that_began_with_nothing_has_nothing_to_confirm(store: Store, shipped: Criteria) -> None:
    """Its check page does not speak of last year."""
    audit_id = store.add(Audit(school=SCHOOL, year="2026/27", frameworks=shipped.refs))
    assert next(header.value for header in at("check", audit=audit_id).subheader) == "Not fully answered: 53"


@pytest.mark.parametrize("page", ["answer", "check", "report", "colleagues"])
def test_a_signed_audit_says_so_on_every_page(store: Store, shipped: Criteria, page: str) -> None:
    """Each page of a school tells who signed and when, the SHA-256, and where it is opened again."""
    audit_id = signed(store, shipped)
    audit = store.load(audit_id)
    assert audit is not None
    assert audit.signed is not None
    assert at(page, audit=audit_id).info[0].value == (
        "Version 1, signed by the headteacher on 2 November 2026. The chair of governors has not signed yet. "
        "Signed with 51 of 53 not answered. This audit can be read, and not changed. To change something, open it again on the page Check and sign.\n\n"
        f"SHA-256 of what was signed: `{audit.signed.content}`"
    )


def test_a_signed_audit_offers_no_change(store: Store, shipped: Criteria) -> None:
    """Its answers are shown as text; nothing can be chosen, typed, called complete or brought in."""
    audit_id = signed(store, shipped)
    app = at("answer", audit=audit_id, question=QUESTION)
    shown = "Written: Yes\nDone: 3 In place\nEvidence: Minutes of *May*\nComment: Ask the <b>lead</b>"
    assert next(text.value for text in app.text) == shown
    assert (len(app.radio), len(app.text_area), len(app.checkbox)) == (0, 0, 0)
    assert labels(at("check", audit=audit_id)) == ["See the gap report", "Check and sign"]


def test_a_part_cannot_be_brought_into_a_signed_audit(store: Store, shipped: Criteria) -> None:
    """A colleague's workbook that comes back after the signature changes nothing, and it is said why."""
    audit_id = signed(store, shipped)
    app = at("colleagues", audit=audit_id)
    back = write(last_year(shipped, **{FIRST: Response(written="no")}), shipped)
    upload(app, "upload-0", back)
    assert [error.value for error in app.error] == [
        "Nothing was changed: the audit that is open is signed, and this workbook is not."
    ]
    assert labels(app) == []


def test_a_second_signature_comes_with_the_workbook(store: Store, shipped: Criteria) -> None:
    """The chair of governors signs on another computer; the workbook brings the signature to this one."""
    audit_id = signed(store, shipped)
    seen = store.load(audit_id)
    assert seen is not None
    both = sign(seen, shipped, Signature(role="chair of governors", on=dt.date(2026, 11, 9)))
    app = at("colleagues", audit=audit_id)
    upload(app, "upload-0", write(both, shipped))
    press(app, "Take it as it was signed, in place of what is stored")
    assert store.load(audit_id) == both


def test_a_signed_workbook_is_added_as_it_was_signed(store: Store, shipped: Criteria) -> None:
    """On another computer it is signed and read-only too, with the criteria of its signature."""
    worded = later(
        shipped,
        lambda one: dataclasses.replace(one, statement="The old wording.") if one.id == FIRST else one,
        edition=shipped.refs[0].edition,
    )
    made = sign(last_year(worded), worded, SIGNATURE)
    app = at("start")
    upload(app, "whole-workbook", write(made, worded))
    press(app, "Add this audit")
    audit_id = store.find("900402", "2025/26")
    assert audit_id is not None
    assert store.load(audit_id) == made
    assert "**The old wording.**" in said(at("answer", audit=audit_id, question=QUESTION))


def test_a_signed_audit_is_shown_as_it_was_worded(store: Store, shipped: Criteria) -> None:
    """A later change of the criteria alters nothing of what was signed."""
    worded = later(
        shipped,
        lambda one: dataclasses.replace(one, statement="The old wording.") if one.id == FIRST else one,
        edition=shipped.refs[0].edition,
    )
    audit_id = signed(store, worded)
    assert "**The old wording.**" in said(at("answer", audit=audit_id, question=QUESTION))


def test_a_click_that_comes_after_the_signature_is_refused_in_words(store: Store, shipped: Criteria) -> None:
    """Somebody signs while another person is about to apply a workbook: nothing is stored, and it is said why."""
    audit_id = store.add(last_year(shipped))
    app = at("colleagues", audit=audit_id)
    upload(app, "upload-0", filled_in(write(last_year(shipped), shipped), {FIRST: "No"}))
    seen = store.load(audit_id)
    assert seen is not None
    store.sign_offs.sign(audit_id, SIGNATURE, seen=seen, criteria=shipped)
    press(app, "Apply 1 change")
    assert stored(store, audit_id)[FIRST] == MET
    assert "the audit that is open is signed" in said(app)


def test_a_database_that_was_changed_by_hand_is_told_of(store: Store, shipped: Criteria, tmp_path: Path) -> None:
    """A signed audit that is not what was signed any more is not shown, and the page says what to do."""
    audit_id = signed(store, shipped)
    with sqlite3.connect(tmp_path / "audits.sqlite3") as database:
        database.execute("UPDATE sign_offs SET content = replace(content, 'of *May*', 'of *June*')")
        database.execute("UPDATE responses SET evidence = replace(evidence, 'of *May*', 'of *June*')")
    database.close()
    assert titles(at("report", audit=audit_id)) == ["This audit is not as it was signed"]
    told = "its SHA-256 is not the one that was signed"
    assert told in at("home").warning[0].value
    assert told in at("start", **{"from": audit_id}).error[0].value


def test_carried_answers_of_a_dropped_statement_do_no_harm(store: Store, shipped: Criteria) -> None:
    """Every page opens for an audit with an answer of last year that has no counterpart."""
    begun = start_from(last_year(shipped), shipped, year="2026/27")
    audit_id = store.add(dataclasses.replace(begun, carried={**begun.carried, "kcc-gone-k9": Carried(response=MET)}))
    for page in ("answer", "check", "report", "colleagues", "home", "start"):
        assert not at(page, audit=audit_id).exception
