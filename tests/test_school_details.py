"""School details: what another phase does to what is asked, what the store and the history keep, and the page."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from audit.model import Audit, Carried, Criteria, Criterion, Response, School, Signature
from audit.problems import Problem
from audit.school.history_words import event_words
from audit.school.next_year import begun_in_words, start_from
from audit.school.outcome import outcome
from audit.school.proposals import to_confirm
from audit.school.questionnaire import PhaseChange, phase_change, phase_change_in_words, read_school, with_phase
from audit.store.audits import Store
from audit.store.schema import AlreadyThere, ChangedMeanwhile, SignedOff
from tests.conftest import audit_of
from tests.pages import app_store, at, press, said, titles

PRIMARY_ONLY, SECONDARY_ONLY = "toy-1.1-k2", "toy-1.2-k2"
MET = Response(written="yes", practice=3, evidence="Minutes")


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The store that the app under test uses."""
    with app_store(tmp_path, monkeypatch) as opened:
        yield opened


@pytest.fixture(scope="module")
def apart(toy: Criteria) -> Criteria:
    """The toy criteria with one recommended and one optional statement for primary schools only."""
    [framework] = toy.frameworks
    only = {PRIMARY_ONLY, "toy-1.1-s1"}

    def limited(area_at: int) -> object:
        area = framework.areas[area_at]
        questions = tuple(
            dataclasses.replace(
                question,
                statements=tuple(
                    dataclasses.replace(one, phases=("primary",)) if one.id in only else one
                    for one in question.statements
                ),
            )
            for question in area.questions
        )
        return dataclasses.replace(area, questions=questions)

    areas = tuple(limited(place) for place in range(len(framework.areas)))
    return Criteria((dataclasses.replace(framework, areas=areas),))  # type: ignore[arg-type]


def ids(those: Iterable[Criterion]) -> list[str]:
    """The ids of criteria."""
    return [c.id for c in those]


def test_a_phase_adds_what_it_alone_is_asked_and_hides_what_it_is_not(apart: Criteria) -> None:
    """Only statements meant for one of the two phases are told; optional ones nobody answered are not."""
    change = phase_change(audit_of(apart, {}), apart, "secondary")
    assert ids(change.added) == [SECONDARY_ONLY]
    assert ids(change.hidden) == [PRIMARY_ONLY]
    assert change.brought_back == change.kept == ()


def test_what_was_answered_is_kept_when_it_is_hidden(apart: Criteria) -> None:
    """A hidden answer is named as kept, an optional one that was answered too."""
    audit = audit_of(apart, {PRIMARY_ONLY: MET, "toy-1.1-s1": MET})
    change = phase_change(audit, apart, "secondary")
    assert ids(change.hidden) == ids(change.kept) == [PRIMARY_ONLY, "toy-1.1-s1"]
    assert with_phase(audit, "secondary").responses == audit.responses


def test_an_audit_of_every_statement_tells_the_optional_ones_too(apart: Criteria) -> None:
    """What is asked follows the audit's scope."""
    change = phase_change(audit_of(apart, {}, scope="all"), apart, "secondary")
    assert ids(change.hidden) == [PRIMARY_ONLY, "toy-1.1-s1"]


@pytest.mark.parametrize("where", ["this year", "last year"])
def test_an_answer_of_before_is_brought_back(apart: Criteria, where: str) -> None:
    """What was answered for the phase earlier is asked again with its answer."""
    held = {"responses": {SECONDARY_ONLY: MET}, "carried": {SECONDARY_ONLY: Carried(response=MET)}}
    name = "responses" if where == "this year" else "carried"
    audit = dataclasses.replace(audit_of(apart, {}), **{name: held[name]})  # type: ignore[arg-type]
    change = phase_change(audit, apart, "secondary")
    assert (ids(change.brought_back), change.added) == ([SECONDARY_ONLY], ())


def test_there_and_back_is_as_before(apart: Criteria) -> None:
    """Changing the phase and changing it back loses nothing and counts as it did."""
    audit = audit_of(apart, {PRIMARY_ONLY: MET})
    there = with_phase(audit, "secondary")
    assert ids(phase_change(there, apart, "primary").brought_back) == [PRIMARY_ONLY]
    assert outcome(there, apart).overall["met"] == 0
    assert with_phase(there, "primary") == audit


def test_the_same_phase_changes_nothing(apart: Criteria) -> None:
    """Nothing is told of a phase that stays."""
    change = phase_change(audit_of(apart, {PRIMARY_ONLY: MET}), apart, "primary")
    assert change == PhaseChange()
    assert phase_change_in_words(change) == ("The same statements are asked of both phases.",)


def test_a_change_is_said_in_sentences(apart: Criteria) -> None:
    """Each sort is counted; of what is hidden it is said that the answers are kept."""
    assert phase_change_in_words(phase_change(audit_of(apart, {PRIMARY_ONLY: MET}), apart, "secondary")) == (
        "1 statement more to answer.",
        "1 statement not asked any more, and not counted. Answered of these: 1; the answers are kept.",
    )
    there = audit_of(apart, {PRIMARY_ONLY: MET}, phase="secondary")
    assert phase_change_in_words(phase_change(there, apart, "primary")) == (
        "1 statement asked again, with the answers of before.",
        "1 statement not asked any more, and not counted.",
    )


def test_a_school_is_read_or_every_problem_is_named() -> None:
    """Name, URN and phase are needed; the URN is taken as people write it."""
    assert read_school(" Top ", "URN 900,002", phase="secondary", local_authority="886") == School(
        urn="900002", name="Top", phase="secondary", local_authority="886"
    )
    problems = read_school(" ", "12", phase=None, local_authority="")
    assert isinstance(problems, tuple)
    assert [isinstance(one, Problem) and one.where for one in problems] == ["URN", "School name", "Phase"]


def test_the_next_year_may_be_of_another_phase(apart: Criteria) -> None:
    """What the new phase is not asked is carried all the same, and can be left."""
    last = audit_of(apart, {PRIMARY_ONLY: MET, "toy-1.1-k1": MET}, year="2025/26")
    begun = start_from(last, apart, year="2026/27", phase="secondary")
    assert begun.school == dataclasses.replace(last.school, phase="secondary")
    assert ids(to_confirm(begun, apart)) == ["toy-1.1-k1", PRIMARY_ONLY]
    assert set(begun.carried) == {PRIMARY_ONLY, "toy-1.1-k1"}
    assert (
        "1 statement answered in 2025/26 and not asked of this phase (Secondary): the answers are kept, "
        "and can be left unconfirmed." in begun_in_words(begun, apart)
    )


def renamed(audit: Audit, **changes: str) -> Audit:
    """The audit with other details of its school."""
    return dataclasses.replace(audit, school=dataclasses.replace(audit.school, **changes))  # type: ignore[arg-type]


def test_the_history_says_what_changed_of_the_school(store: Store, toy: Criteria) -> None:
    """One event holds the details that changed, before and after, and who did it."""
    audit = audit_of(toy, {"toy-1.1-k1": MET})
    audit_id = store.add(audit)
    store.describe(audit_id, renamed(audit, name="Top", phase="secondary"), seen=audit.school, role="head")
    event = store.events(audit_id)[-1]
    assert (event.kind, event.role, event.before, event.after) == (
        "school changed",
        "head",
        {"name": "Hilltop", "phase": "primary"},
        {"name": "Top", "phase": "secondary"},
    )
    assert event_words(event) == "School details changed: name: Hilltop → Top; phase: primary → secondary"
    now = store.load(audit_id)
    assert now is not None
    assert (now.school.name, now.responses) == ("Top", audit.responses)


def test_completing_an_audit_changes_nothing_of_its_school(store: Store, toy: Criteria) -> None:
    """No event is written where the school stays as it is."""
    audit = audit_of(toy, {})
    audit_id = store.add(audit)
    store.describe(audit_id, dataclasses.replace(audit, completed_on=dt.date(2027, 1, 9)))
    assert [one.kind for one in store.events(audit_id)] == ["begun"]


def test_a_school_that_somebody_else_changed_is_not_overwritten(store: Store, toy: Criteria) -> None:
    """Whoever saw other details than those stored is refused, and nothing is noted."""
    audit = audit_of(toy, {})
    audit_id = store.add(audit)
    store.describe(audit_id, renamed(audit, name="Top"))
    with pytest.raises(ChangedMeanwhile):
        store.describe(audit_id, renamed(audit, phase="secondary"), seen=audit.school)
    assert [one.kind for one in store.events(audit_id)] == ["begun", "school changed"]


def test_what_is_refused_leaves_no_event(store: Store, toy: Criteria) -> None:
    """The URN of another audit of the year, and a signed audit, are refused whole."""
    audit = audit_of(toy, {})
    audit_id = store.add(audit)
    store.add(renamed(audit, urn="900002"))
    with pytest.raises(AlreadyThere):
        store.describe(audit_id, renamed(audit, urn="900002"))
    signature = Signature(role="headteacher", on=dt.date(2026, 11, 2))
    store.sign_offs.sign(audit_id, signature, seen=audit, criteria=toy)
    with pytest.raises(SignedOff):
        store.describe(audit_id, renamed(audit, name="Top"))
    assert [one.kind for one in store.events(audit_id)] == ["begun", "signed"]


@pytest.fixture
def audit_id(store: Store, shipped: Criteria) -> str:
    """An audit of the shipped criteria in the store, with one answer that only some phases are asked for."""
    return store.add(audit_of(shipped, {primary_only(shipped): MET, "kcc-2.1-k1": MET}))


def primary_only(criteria: Criteria) -> str:
    """A recommended statement that is asked of primary schools and not of secondary ones."""
    return next(
        c.id
        for c in criteria
        if c.statement.recommended and "primary" in c.statement.phases and "secondary" not in c.statement.phases
    )


def school_in(store: Store, audit_id: str) -> School:
    """The school as it is stored."""
    card = store.card(audit_id)
    assert card is not None
    return card.school


def key(audit_id: str, name: str) -> str:
    """The key of a widget of the page."""
    return f"school.{audit_id}.{name}"


def fill(app: AppTest, audit_id: str, **texts: str) -> AppTest:
    """Types into the text boxes of the page."""
    for name, text in texts.items():
        app.text_input(key=key(audit_id, name)).set_value(text)
    app.run()
    assert not app.exception
    return app


def test_name_urn_and_authority_are_put_right(store: Store, audit_id: str) -> None:
    """What is changed is stored by the button, said to be saved, and shown from then on."""
    app = fill(at("details", audit=audit_id), audit_id, name="Top *School*", urn="URN 900002")
    app.selectbox(key=key(audit_id, "authority")).set_value("886").run()
    assert school_in(store, audit_id).name == "Hilltop"
    press(app, "Save these details")
    assert school_in(store, audit_id) == School(
        urn="900002", name="Top *School*", phase="primary", local_authority="886"
    )
    assert "Saved at" in said(app)
    assert "Top \\*School\\* · URN 900002" in said(app)
    assert app.text_input(key=key(audit_id, "urn")).value == "900002"


def test_nothing_changed_is_said(store: Store, audit_id: str) -> None:
    """The button pressed over what is stored writes no event."""
    app = press(at("details", audit=audit_id), "Save these details")
    assert "Nothing was changed." in said(app)
    assert [one.kind for one in store.events(audit_id)] == ["begun"]


def test_what_is_missing_or_wrong_is_said(store: Store, audit_id: str) -> None:
    """Each problem is a sentence, and nothing is stored."""
    app = press(fill(at("details", audit=audit_id), audit_id, name=" ", urn="886/1234"), "Save these details")
    assert len(app.error) == 2
    assert "looks like the DfE number" in said(app).replace("\\", "")
    assert school_in(store, audit_id).name == "Hilltop"


def test_a_new_phase_is_shown_before_it_is_stored(store: Store, audit_id: str, shipped: Criteria) -> None:
    """The counts and the statements are shown at once; it is stored once they were said to be read, with every answer."""
    app = at("details", audit=audit_id)
    app.selectbox(key=key(audit_id, "phase")).set_value("secondary").run()
    audit = store.load(audit_id)
    assert audit is not None
    change = phase_change(audit, shipped, "secondary")
    for sentence in phase_change_in_words(change):
        assert sentence in said(app)
    assert "Not asked any more, and answered: the answers are kept: 1" in [fold.label for fold in app.expander]
    assert shipped[primary_only(shipped)].statement.reference in said(app).replace("\\", "")
    press(app, "Save these details")
    assert "Not saved yet." in said(app)
    assert school_in(store, audit_id).phase == "primary"
    app.checkbox(key=key(audit_id, "secondary")).check().run()
    press(app, "Save these details")
    assert store.load(audit_id) == with_phase(audit, "secondary")
    assert "phase: primary → secondary" in event_words(store.events(audit_id)[-1])


def test_a_urn_that_can_hardly_be_one_is_warned_of(store: Store, audit_id: str) -> None:
    """A DfE number that lost a zero is stored only once the person has compared it."""
    app = fill(at("details", audit=audit_id), audit_id, urn="886123")
    assert "it looks like a DfE number that lost a zero" in said(app)
    press(app, "Save these details")
    assert school_in(store, audit_id).urn == "900001"
    app.checkbox(key=key(audit_id, "urn.886123")).check().run()
    press(app, "Save these details")
    assert school_in(store, audit_id).urn == "886123"
    assert "lost a zero" in said(app)


def test_the_urn_of_another_audit_of_the_year_is_refused(store: Store, audit_id: str, shipped: Criteria) -> None:
    """It is said why, and nothing changes."""
    store.add(renamed(audit_of(shipped, {}), urn="900002"))
    app = press(fill(at("details", audit=audit_id), audit_id, urn="900002"), "Save these details")
    assert "there is another audit of the URN 900002 for 2026/27" in said(app)
    assert school_in(store, audit_id).urn == "900001"


def test_what_somebody_else_changed_is_shown_and_not_overwritten(store: Store, audit_id: str) -> None:
    """Whoever typed over details of before sees those that are stored now, and is told."""
    app = at("details", audit=audit_id)
    audit = store.load(audit_id)
    assert audit is not None
    store.describe(audit_id, renamed(audit, name="Top"))
    fill(app, audit_id, urn="900002")
    assert "These details were changed meanwhile." in said(app)
    assert app.text_input(key=key(audit_id, "name")).value == "Top"
    assert school_in(store, audit_id) == dataclasses.replace(audit.school, name="Top")


def test_the_details_of_a_signed_audit_are_read_only(store: Store, audit_id: str, shipped: Criteria) -> None:
    """They are shown, and how the audit is opened again is said."""
    audit = store.load(audit_id)
    assert audit is not None
    signature = Signature(role="headteacher", on=dt.date(2026, 11, 2))
    store.sign_offs.sign(audit_id, signature, seen=audit, criteria=shipped)
    app = at("details", audit=audit_id)
    assert "open the audit again on the page Check and sign" in said(app)
    assert "- URN: 900001\n- Phase: Primary\n- Local authority: Not given" in said(app)
    assert (list(app.text_input), "Save these details" in [button.label for button in app.button]) == ([], False)


def test_a_year_may_begin_with_another_phase(store: Store, shipped: Criteria) -> None:
    """What the phase changes is shown beside what is carried forward, and no answer of last year is left behind."""
    last = audit_of(shipped, {primary_only(shipped): MET, "kcc-2.1-k1": MET}, year="2024/25")
    app = at("start", **{"from": store.add(last)})
    app.selectbox(key="next-year").set_value("2025/26").run()
    phase = app.selectbox(key="next-phase-900001-primary")
    assert phase.value == "primary"
    phase.set_value("secondary").run()
    assert "not asked any more, and not counted. Answered of these: 1; the answers are kept." in said(app)
    press(app, "Start 2025/26")
    new_id = store.find("900001", "2025/26")
    assert new_id is not None
    assert store.load(new_id) == start_from(last, shipped, year="2025/26", phase="secondary")


def test_starting_with_a_urn_that_can_hardly_be_one_is_warned_of(store: Store) -> None:
    """A number such as 886123 begins an audit only when the button is pressed again after the warning."""
    app = at("start")
    app.text_input[0].set_value("Hilltop")
    app.text_input[1].set_value("886123")
    next(box for box in app.selectbox if box.label == "Phase").set_value("primary")
    press(app, "Start")
    assert "it looks like a DfE number that lost a zero" in said(app).replace("\\", "")
    assert store.cards() == ()
    press(app, "Start")
    assert [card.school.urn for card in store.cards()] == ["886123"]
    assert titles(app) != ["Start or add an audit"]
