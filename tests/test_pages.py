"""Journeys through the pages as Streamlit runs them: what a headteacher does, without a browser."""

from __future__ import annotations

import dataclasses
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from audit.model import Action, Audit, Criteria, Response, School
from audit.store.audits import Store
from audit.workbook.write import write
from tests.pages import ROOT, app_store, at, filled_in, said, titles

FIRST = "kcc-2.1-k1"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The store that the app under test uses."""
    with app_store(tmp_path, monkeypatch) as opened:
        yield opened


@pytest.fixture
def audit_id(store: Store, shipped: Criteria) -> str:
    """An audit that has just been begun."""
    school = School(urn="900401", name="Hilltop *Primary*", phase="primary")
    return store.add(Audit(school=school, year="2026/27", frameworks=shipped.refs))


def key(audit_id: str, name: str, statement: str = FIRST) -> str:
    """The key of a widget of a statement."""
    return f"answer.{audit_id}.{statement}.{name}"


@pytest.mark.usefixtures("store")
def test_home_offers_a_new_audit_and_eight_examples() -> None:
    """A newcomer finds a button to start and each example one click away."""
    app = at("home")
    assert [button.label for button in app.button] == ["Start a new audit", *["Open"] * 8]


def test_an_example_opens_with_its_report(store: Store) -> None:
    """Opening an example puts it and the years before into the store, so that the next year can be started from it."""
    app = at("home")
    app.button(key="example-example-primary-2025-26.xlsx").click().run()
    assert titles(app) == ["Gap report"]
    assert [(card.school.name, card.year) for card in store.cards()] == [
        ("Example Primary School", "2024/25"),
        ("Example Primary School", "2025/26"),
    ]
    assert app.query_params["audit"] == store.find("900001", "2025/26")


def test_an_answer_is_stored_when_it_is_given(store: Store, audit_id: str) -> None:
    """Choosing an answer stores it, and the page says so."""
    app = at("answer", audit=audit_id)
    app.radio(key=key(audit_id, "written")).set_value("partly").run()
    assert store.stored(audit_id)[FIRST].response == Response(written="partly")
    assert any("Saved at" in text.value for text in app.markdown)


def test_a_new_session_shows_what_is_stored(store: Store, audit_id: str) -> None:
    """Another session at the same address shows the answers of the first."""
    given = Response(written="yes", practice=4, evidence="Minutes", comment="Well done")
    store.save(audit_id, FIRST, base=Response(), mine=given)
    app = at("answer", audit=audit_id, question="kcc-2010_2.1")
    assert app.radio(key=key(audit_id, "written")).value == "yes"
    assert app.radio(key=key(audit_id, "practice")).value == 4
    assert app.text_area(key=key(audit_id, "evidence")).value == "Minutes"
    assert app.text_area(key=key(audit_id, "comment")).value == "Well done"


def test_a_comment_that_is_folded_away_is_not_lost(store: Store, audit_id: str) -> None:
    """Folding the comment, answering, and unfolding it leaves the comment as it was."""
    store.save(audit_id, FIRST, base=Response(), mine=Response(comment="Ask the governors"))
    app = at("answer", audit=audit_id)
    app.toggle(key=key(audit_id, "more")).set_value(False).run()
    app.radio(key=key(audit_id, "written")).set_value("yes").run()
    app.toggle(key=key(audit_id, "more")).set_value(True).run()
    assert app.text_area(key=key(audit_id, "comment")).value == "Ask the governors"
    app.radio(key=key(audit_id, "practice")).set_value(2).run()
    assert store.stored(audit_id)[FIRST].response == Response(written="yes", practice=2, comment="Ask the governors")


def test_not_applicable_needs_its_reason(store: Store, audit_id: str) -> None:
    """Ticking it stores nothing; the reason stores both; unticking brings the answers back."""
    app = at("answer", audit=audit_id)
    app.radio(key=key(audit_id, "written")).set_value("no").run()
    app.toggle(key=key(audit_id, "more")).set_value(True).run()
    app.checkbox(key=key(audit_id, "na")).check().run()
    assert store.stored(audit_id)[FIRST].response == Response(written="no")
    assert any("give the reason" in warning.value for warning in app.warning)
    app.text_area(key=key(audit_id, "not_applicable")).set_value("We have no email.").run()
    assert store.stored(audit_id)[FIRST].response == Response(not_applicable="We have no email.")
    app.checkbox(key=key(audit_id, "na")).uncheck().run()
    assert store.stored(audit_id)[FIRST].response == Response(written="no")


def test_a_reason_that_says_nothing_is_asked_for_again(store: Store, audit_id: str) -> None:
    """*n/a* is no reason: nothing is stored until one is given."""
    app = at("answer", audit=audit_id)
    app.toggle(key=key(audit_id, "more")).set_value(True).run()
    app.checkbox(key=key(audit_id, "na")).check().run()
    for text in ("n/a", "-", "none"):
        app.text_area(key=key(audit_id, "not_applicable")).set_value(text).run()
        assert [f"“{text}” gives no reason" in warning.value for warning in app.warning] == [True]
    assert store.stored(audit_id) == {}
    app.text_area(key=key(audit_id, "not_applicable")).set_value("We have no email.").run()
    assert store.stored(audit_id)[FIRST].response == Response(not_applicable="We have no email.")


def test_a_reason_stored_earlier_does_not_hold_up_the_evidence(store: Store, audit_id: str) -> None:
    """Where an earlier release took *n/a*, evidence beside it is still saved."""
    store.save(audit_id, FIRST, base=Response(), mine=Response(not_applicable="n/a"))
    app = at("answer", audit=audit_id)
    app.text_area(key=key(audit_id, "evidence")).set_value("Letter, 3 May").run()
    assert store.stored(audit_id)[FIRST].response == Response(not_applicable="n/a", evidence="Letter, 3 May")


def test_a_text_that_no_workbook_holds_is_refused_with_its_remedy(store: Store, audit_id: str) -> None:
    """A control character is refused at once, nothing is stored, and the person is told what to do."""
    app = at("answer", audit=audit_id)
    app.text_area(key=key(audit_id, "evidence")).set_value("bell\x07").run()
    assert FIRST not in store.stored(audit_id)
    assert [w.value for w in app.warning] == [
        "Evidence not saved. Character 5 is a control character (U+0007) that no workbook can hold. "
        "Delete it, or type the text again instead of pasting it."
    ]


def test_clearing_takes_back_both_answers_and_keeps_the_evidence(store: Store, audit_id: str) -> None:
    """An answer given by mistake can be taken back; what was typed stays."""
    store.save(audit_id, FIRST, base=Response(), mine=Response(written="yes", practice=1, evidence="Minutes"))
    app = at("answer", audit=audit_id)
    app.toggle(key=key(audit_id, "more")).set_value(True).run()
    app.button(key=key(audit_id, "clear")).click().run()
    assert store.stored(audit_id)[FIRST].response == Response(evidence="Minutes")


def test_undoing_the_clearing_keeps_what_was_typed_since(store: Store, audit_id: str) -> None:
    """Both answers come back beside the evidence as it stands now, not as it stood before they were cleared."""
    store.save(audit_id, FIRST, base=Response(), mine=Response(written="yes", practice=1, evidence="Minutes"))
    app = at("answer", audit=audit_id)
    app.toggle(key=key(audit_id, "more")).set_value(True).run()
    app.button(key=key(audit_id, "clear")).click().run()
    app.text_area(key=key(audit_id, "evidence")).set_value("Minutes of 3 May").run()
    app.button(key=key(audit_id, "undo")).click().run()
    assert store.stored(audit_id)[FIRST].response == Response(written="yes", practice=1, evidence="Minutes of 3 May")
    assert not [button for button in app.button if button.key == key(audit_id, "undo")]


@pytest.mark.usefixtures("store")
def test_clearing_where_nothing_is_answered_offers_no_undoing(audit_id: str) -> None:
    """There is nothing to put back, so no button says so."""
    app = at("answer", audit=audit_id)
    app.toggle(key=key(audit_id, "more")).set_value(True).run()
    app.button(key=key(audit_id, "clear")).click().run()
    assert not [button for button in app.button if button.key == key(audit_id, "undo")]


def test_answers_cleared_in_one_audit_are_not_offered_in_another(store: Store, audit_id: str) -> None:
    """Whoever opens another school's audit is not asked to put the first school's answers into it."""
    store.save(audit_id, FIRST, base=Response(), mine=Response(written="yes", practice=1))
    seen = store.load(audit_id)
    assert seen is not None
    other = store.add(dataclasses.replace(seen, school=dataclasses.replace(seen.school, urn="900077"), responses={}))
    app = at("answer", audit=audit_id)
    app.toggle(key=key(audit_id, "more")).set_value(True).run()
    app.button(key=key(audit_id, "clear")).click().run()
    app.query_params["audit"] = other
    app.run()
    assert not [button for button in app.button if (button.key or "").endswith("undo")]


def test_the_second_writer_chooses(store: Store, audit_id: str) -> None:
    """Somebody else answers while the page is open: both answers are shown, and keeping theirs stores nothing."""
    app = at("answer", audit=audit_id)
    store.save(audit_id, FIRST, base=Response(), mine=Response(written="yes"))
    app.radio(key=key(audit_id, "written")).set_value("no").run()
    assert {text.value for text in app.text} >= {"Written: Yes", "Written: No"}
    app.button(key=key(audit_id, "keep-False")).click().run()
    assert store.stored(audit_id)[FIRST].response == Response(written="yes")
    assert app.radio(key=key(audit_id, "written")).value == "yes"


def test_next_and_jump_and_role(audit_id: str) -> None:
    """Next opens the following question, the box any, and a role only what it is asked."""
    app = at("answer", audit=audit_id)
    next(b for b in app.button if b.label == "Next question").click().run()
    assert titles(app)[0].startswith("2.2.1")
    app.selectbox(key="jump").set_value("kcc-2010_2.3.7").run()
    assert titles(app)[0].startswith("2.3.7")
    app.selectbox(key="role").set_value("data-protection-officer").run()
    assert app.query_params["asked_of"] == "data-protection-officer"
    assert titles(app)[0].startswith("2.3.7")


@pytest.fixture
def of_all(store: Store, every_framework: Criteria) -> str:
    """An audit of every framework, as they hold today, with an answer to a statement that is overtaken."""
    school = School(urn="900402", name="Hilltop", phase="primary")
    given = {FIRST: Response(written="yes", practice=3)}
    return store.add(
        Audit(school=school, year="2026/27", frameworks=every_framework.refs, as_printed=False, responses=given)
    )


def test_the_questions_of_several_frameworks_are_told_apart(of_all: str, every_framework: Criteria) -> None:
    """The list has a heading for each, the page names its own, and the progress is told of each."""
    app = at("answer", audit=of_all, question="england-2026_1.1")
    headings = [
        text.value for text in app.markdown if text.value in {f"**{f.title}**" for f in every_framework.frameworks}
    ]
    assert headings == [f"**{framework.title}**" for framework in every_framework.frameworks]
    assert f"**{every_framework.frameworks[1].title}**" in [caption.value for caption in app.caption]
    shown = "\n".join(html.proto.body for html in app.get("html"))
    assert (
        "0 of 210 answered (the Kent template 0 of 39, today's duties 0 of 114, the practice of two schools 0 of 57)"
        in shown
    )
    assert "**Statutory guidance.**" in said(app)


def test_an_overtaken_statement_is_shown_only_with_its_answer(store: Store, of_all: str, audit_id: str) -> None:
    """It then says since when and why it no longer counts; an audit as printed asks it, and says that."""
    now = at("answer", audit=of_all, question="kcc-2010_2.1")
    assert [header.value for header in now.subheader] == ["Answered, and no longer asked"]
    assert "**This statement no longer counts.** Overtaken since 1 September 2026\\." in said(now)
    assert "today's duties, 1\\.1 no\\. 4" in said(now)
    printed = at("answer", audit=audit_id, question="kcc-2010_2.1")
    assert "**Asked as printed.** Overtaken since 1 September 2026\\." in said(printed)
    seen = store.load(of_all)
    assert seen is not None
    other = store.add(dataclasses.replace(seen, school=dataclasses.replace(seen.school, urn="900077"), responses={}))
    assert "no longer counts" not in said(at("answer", audit=other, question="kcc-2010_2.1"))


def test_what_is_to_know_before_answering_is_never_folded(of_all: str, every_framework: Criteria) -> None:
    """How a dated statement is read today, and that a source was not read, stand on the card and not in its help."""
    folded = ("inferred: its source does not say this in so many words", "second-hand: we could not read the document")
    for sure, words in zip(("inferred", "second-hand"), folded, strict=True):
        criterion = next(
            c for c in every_framework if c.statement.sureness == sure and c.statement.counts_in("primary")
        )
        app = at("answer", audit=of_all, question=criterion.page)
        (card,) = [text.value for text in app.markdown if text.value.startswith(f"**{criterion.statement.statement}**")]
        assert words in card.lower()
    dated = next(
        c
        for c in every_framework
        if c.statement.today
        and c.statement.today.read_today
        and c.statement.counts_in("primary")
        and not c.statement.superseded
    )
    app = at("answer", audit=of_all, question=dated.page)
    (card,) = [text.value for text in app.markdown if text.value.startswith(f"**{dated.statement.statement}**")]
    assert "**Today:** Read" in card
    assert f"{dated.framework.title}, section {dated.statement.reference.split()[0]}" in said(app).replace("\\", "")


@pytest.mark.usefixtures("store")
def test_an_address_of_no_audit_leads_home() -> None:
    """A stale address is explained, with the way to the home page."""
    assert titles(at("answer", audit="gone")) == ["No audit is open"]


def test_an_audit_that_went_away_while_it_was_answered(store: Store, audit_id: str, tmp_path: Path) -> None:
    """An answer to it stores nothing and ends in words and a way home: an older backup may have been restored."""
    app = at("answer", audit=audit_id)
    with closing(sqlite3.connect(tmp_path / "audits.sqlite3")) as there, there:
        there.execute("DELETE FROM events")
        there.execute("DELETE FROM audits")
    app.radio(key=key(audit_id, "written")).set_value("partly").run()
    assert not app.exception
    assert titles(app) == ["No audit is open"]
    assert [one for one in said(app).splitlines() if "not there any more" in one] != []
    assert store.stored(audit_id) == {}


def test_starting_explains_what_is_wrong(store: Store) -> None:
    """A DfE number in place of the URN, and a missing phase, are explained; nothing is stored."""
    app = at("start")
    app.text_input[0].set_value("Hilltop")
    app.text_input[1].set_value("886/1234")
    next(b for b in app.button if b.label == "Start").click().run()
    assert len(app.error) == 2
    assert "looks like the DfE number" in app.error[0].value.replace("\\", "")
    assert store.cards() == ()


@pytest.mark.usefixtures("store")
def test_the_start_says_what_each_framework_asks_of_the_phase(every_framework: Criteria) -> None:
    """The usual framework is ticked, its count follows the phase, and today's duties are advised in one sentence."""
    app = at("start")
    usual, duties, practice = (
        app.checkbox(key=f"new-audit-{framework.id}") for framework in every_framework.frameworks
    )
    assert [tick.value for tick in (usual, duties, practice)] == [True, False, False]
    assert "**In all: up to 42 recommended statements, about 40 minutes.**" in said(app)
    app.selectbox[0].set_value("nursery").run()
    assert "**In all: 40 recommended statements, about 40 minutes.**" in said(app)
    assert len([line for line in said(app).splitlines() if "We advise you to tick" in line]) == 1
    app.checkbox(key="new-audit-england-2026").check().run()
    assert "We advise you to tick" not in said(app)


def test_two_frameworks_are_ticked_and_started(store: Store, every_framework: Criteria) -> None:
    """The new audit answers what was ticked, without what law or guidance has overtaken."""
    app = at("start")
    app.selectbox[0].set_value("primary").run()
    app.checkbox(key="new-audit-england-2026").check().run()
    app.text_input[0].set_value("Hilltop")
    app.text_input[1].set_value("900401")
    next(b for b in app.button if b.label == "Start").click().run()
    (card,) = store.cards()
    begun = store.load(card.id)
    assert begun is not None
    assert (begun.frameworks, begun.as_printed) == (every_framework.refs[:2], False)


def test_a_template_can_be_started_as_it_was_printed(store: Store) -> None:
    """The choice is there only while a framework with overtaken statements is ticked; it adds them."""
    app = at("start")
    app.selectbox[0].set_value("all-through").run()
    app.checkbox(key="new-audit-as-printed").check().run()
    assert "42 recommended statements and 12 that law or guidance has overtaken, about 55 minutes" in said(app)
    app.text_input[0].set_value("Hilltop")
    app.text_input[1].set_value("900401")
    next(b for b in app.button if b.label == "Start").click().run()
    (card,) = store.cards()
    begun = store.load(card.id)
    assert begun is not None
    assert begun.as_printed
    other = at("start")
    other.checkbox(key="new-audit-kcc-2010").uncheck().run()
    assert "Nothing is ticked" in said(other)
    assert "new-audit-as-printed" not in {tick.key for tick in other.checkbox}
    next(b for b in other.button if b.label == "Start").click().run()
    assert any("None is chosen" in error.value for error in other.error)


def test_another_framework_can_be_added_to_last_years(
    store: Store, shipped: Criteria, every_framework: Criteria
) -> None:
    """Last year's framework is ticked; the one that is ticked beside it is asked too."""
    school = School(urn="900401", name="Hilltop", phase="primary")
    last = store.add(Audit(school=school, year="2025/26", frameworks=shipped.refs))
    app = at("start", **{"from": last})
    app.selectbox(key="next-year").set_value("2026/27").run()
    assert app.checkbox(key="next-900401-2025/26-kcc-2010").value
    app.checkbox(key="next-900401-2025/26-england-2026").check().run()
    next(b for b in app.button if b.label == "Start 2026/27").click().run()
    begun = store.load(store.find("900401", "2026/27") or "")
    assert begun is not None
    assert begun.frameworks == every_framework.refs[:2]


def test_a_workbook_becomes_an_audit(store: Store) -> None:
    """An uploaded workbook is read, shown, and added."""
    app = at("start")
    path = ROOT / "sample_data" / "wrotham-road-2017.xlsx"
    app.file_uploader(key="whole-workbook").set_value(
        [(path.name, path.read_bytes(), "application/octet-stream")]
    ).run()
    next(b for b in app.button if b.label == "Add this audit").click().run()
    (card,) = store.cards()
    loaded = store.load(card.id)
    assert loaded is not None
    assert (loaded.basis, len(loaded.responses)) == ("desk review", 496)


def test_an_upload_shows_every_change_before_it_applies(store: Store, audit_id: str, shipped: Criteria) -> None:
    """A colleague's workbook comes back: new and conflicting answers are shown, and stored only by Apply."""
    audit = store.load(audit_id)
    assert audit is not None
    back = filled_in(write(audit, shipped), {FIRST: "No", "kcc-2.1-k2": "Yes"})
    store.save(audit_id, FIRST, base=Response(), mine=Response(written="partly"))
    app = at("colleagues", audit=audit_id)
    app.file_uploader[0].set_value([("back.xlsx", back, "application/octet-stream")]).run()
    assert [header.value for header in app.subheader] == ["New: 1", "Changed: 0", "Conflicting: 1"]
    assert store.stored(audit_id).keys() == {FIRST}
    app.radio(key=f"clash-{FIRST}").set_value("The one in the file").run()
    next(b for b in app.button if b.label == "Apply 2 changes").click().run()
    assert {name: kept.response for name, kept in store.stored(audit_id).items()} == {
        FIRST: Response(written="no"),
        "kcc-2.1-k2": Response(written="yes"),
    }


def test_faults_of_an_upload_have_to_be_seen(store: Store, audit_id: str, shipped: Criteria) -> None:
    """A workbook with an unreadable answer applies nothing until the person has ticked that they saw it."""
    audit = store.load(audit_id)
    assert audit is not None
    back = filled_in(write(audit, shipped), {FIRST: "Yess", "kcc-2.1-k2": "Yes"})
    app = at("colleagues", audit=audit_id)
    app.file_uploader[0].set_value([("back.xlsx", back, "application/octet-stream")]).run()
    apply = next(b for b in app.button if b.label == "Apply 1 change")
    assert apply.disabled
    app.checkbox[0].check().run()
    next(b for b in app.button if b.label == "Apply 1 change").click().run()
    assert store.stored(audit_id).keys() == {"kcc-2.1-k2"}


def test_an_unreadable_answer_never_clears_the_stored_one(store: Store, audit_id: str, shipped: Criteria) -> None:
    """A row that could not be read leaves what is stored as it is, even when the person goes on."""
    store.save(audit_id, FIRST, base=Response(), mine=Response(written="yes", practice=3))
    audit = store.load(audit_id)
    assert audit is not None
    back = filled_in(write(audit, shipped), {FIRST: "Yess", "kcc-2.1-k2": "Yes"})
    app = at("colleagues", audit=audit_id)
    app.file_uploader[0].set_value([("back.xlsx", back, "application/octet-stream")]).run()
    app.checkbox[0].check().run()
    next(b for b in app.button if b.label == "Apply 1 change").click().run()
    assert store.stored(audit_id)[FIRST].response == Response(written="yes", practice=3)


def test_an_action_plan_comes_back_with_the_workbook(store: Store, audit_id: str, shipped: Criteria) -> None:
    """What a colleague wrote into the plan is offered, and stored by Apply."""
    audit = store.load(audit_id)
    assert audit is not None
    plan = (Action(statement=FIRST, what="Name a lead.", role="Headteacher"),)
    back = write(dataclasses.replace(audit, actions=plan), shipped)
    app = at("colleagues", audit=audit_id)
    app.file_uploader[0].set_value([("back.xlsx", back, "application/octet-stream")]).run()
    next(b for b in app.button if b.label == "Apply 0 changes and the plan").click().run()
    loaded = store.load(audit_id)
    assert loaded is not None
    assert loaded.actions == plan


@pytest.mark.parametrize("page", ["check", "report", "colleagues", "criteria", "who", "scores"])
def test_every_page_opens_for_an_audit_just_begun(audit_id: str, page: str) -> None:
    """No page needs more than an empty audit."""
    assert len(titles(at(page, audit=audit_id))) == 1


def test_what_people_typed_is_shown_as_they_typed_it(audit_id: str) -> None:
    """A name with Markdown in it is shown as text."""
    app = at("report", audit=audit_id)
    assert "Hilltop \\*Primary\\*" in app.caption[0].value
