"""What another edition proposes, as Streamlit shows it: accept, change, ask once, and add criteria to an open audit."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from audit.model import Audit, Criteria, Criterion, Response, School
from audit.school.history_words import event_words
from audit.school.next_year import start_from
from audit.school.proposals import asked_once, other_answers, proposals
from audit.store.audits import Store
from tests.pages import app_store, at, press, said

pytestmark = pytest.mark.slow

SCHOOL = School(urn="900403", name="Dale Primary", phase="primary")
TEMPLATE, DUTIES = "kcc-2010", "england-2026"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The store that the app under test uses."""
    with app_store(tmp_path, monkeypatch) as opened:
        yield opened


def refs(criteria: Criteria, *ids: str) -> Criteria:
    """The frameworks with these ids."""
    return criteria.of(ref for ref in criteria.refs if ref.id in ids)


def last_year(criteria: Criteria, response: Response) -> Audit:
    """An audit of the Kent template in which every statement has the same answer, its evidence being its id."""
    template = refs(criteria, TEMPLATE)
    responses = {c.id: dataclasses.replace(response, evidence=f"Paper {c.id}") for c in template}
    return Audit(school=SCHOOL, year="2025/26", frameworks=template.refs, responses=responses, scope="all")


def begun_with(criteria: Criteria, response: Response, *ids: str) -> Audit:
    """This year's audit of these frameworks, begun from it."""
    begun = start_from(last_year(criteria, response), criteria, year="2026/27")
    return dataclasses.replace(begun, frameworks=refs(criteria, *ids).refs, scope="recommended")


def shown(app: AppTest) -> str:
    """What the page draws by itself, such as the progress."""
    return "\n".join(html.proto.body for html in app.get("html"))


def asked_at(audit_id: str, criterion: Criterion) -> AppTest:
    """The page of a statement's question."""
    return at("answer", audit=audit_id, question=criterion.page)


def test_a_proposed_answer_is_accepted_by_one_click(store: Store, every_framework: Criteria) -> None:
    """Before, it counts for nothing; after, it is this year's answer."""
    begun = begun_with(every_framework, Response(written="no", practice=1), DUTIES)
    audit_id = store.add(begun)
    statement, proposed = next(iter(proposals(begun, every_framework).items()))
    app = asked_at(audit_id, every_framework[statement])
    assert "**Proposed.** " in said(app)
    assert "0 of 114 answered" in shown(app)
    assert store.stored(audit_id) == {}
    app.button(key=f"answer.{audit_id}.{statement}.confirm").click().run()
    assert store.stored(audit_id)[statement].response == proposed.response
    assert "1 of 114 answered" in shown(asked_at(audit_id, every_framework[statement]))


def test_a_proposed_answer_is_changed_like_any_other(store: Store, every_framework: Criteria) -> None:
    """What the person chooses is stored with the part of the proposal that is left as it stands."""
    begun = begun_with(every_framework, Response(written="no", practice=1), DUTIES)
    audit_id = store.add(begun)
    statement = next(name for name, found in proposals(begun, every_framework).items() if not found.response.evidence)
    app = asked_at(audit_id, every_framework[statement])
    app.radio(key=f"answer.{audit_id}.{statement}.practice").set_value(4).run()
    assert store.stored(audit_id)[statement].response == Response(written="no", practice=4)


def test_evidence_of_another_edition_stands_beside_even_where_nothing_is_proposed(
    store: Store, every_framework: Criteria
) -> None:
    """A part in common proposes nothing, and its evidence saves a search."""
    begun = begun_with(every_framework, Response(written="yes", practice=3), DUTIES)
    audit_id = store.add(begun)
    waiting = proposals(begun, every_framework)
    criterion, answer = next(
        (c, answers[0])
        for c in every_framework.of(begun.frameworks)
        if begun.asks(c) and c.id not in waiting and (answers := other_answers(begun, every_framework, c.id))
    )
    words = said(asked_at(audit_id, criterion))
    assert "**Evidence given for other criteria**" in words
    assert f"Paper {answer.criterion.id}" in words.replace("\\", "")


def test_an_equal_pair_is_asked_once_and_says_so(store: Store, every_framework: Criteria) -> None:
    """One answer is stored for both, and the older statement has no card."""
    both = refs(every_framework, TEMPLATE, DUTIES)
    audit = Audit(school=SCHOOL, year="2026/27", frameworks=both.refs, scope="all", as_printed=False)
    audit_id = store.add(audit)
    older, newer = next(iter(asked_once(audit, every_framework).items()))
    app = asked_at(audit_id, every_framework[newer])
    assert f"Asked once. The answer counts for {every_framework[older].statement.reference}" in said(app)
    app.radio(key=f"answer.{audit_id}.{newer}.written").set_value("yes").run()
    kept = {statement: stored.response for statement, stored in store.stored(audit_id).items()}
    assert kept == {older: Response(written="yes"), newer: Response(written="yes")}
    assert f"answer.{audit_id}.{older}.written" not in {
        radio.key for radio in asked_at(audit_id, every_framework[older]).radio
    }


def test_what_is_proposed_is_looked_at_before_an_audit_is_complete(store: Store, every_framework: Criteria) -> None:
    """Apart from last year's answers, and also where there is no last year."""
    both = refs(every_framework, TEMPLATE, DUTIES)
    responses = last_year(every_framework, Response(written="no", practice=1)).responses
    audit = Audit(school=SCHOOL, year="2026/27", frameworks=both.refs, responses=responses, as_printed=False)
    waiting = proposals(audit, every_framework)
    app = at("check", audit=store.add(audit))
    assert f"Proposed from other criteria: {len(waiting)}" in [header.value for header in app.subheader]
    assert "To be confirmed: 0" not in [header.value for header in app.subheader]
    assert "What is proposed counts as not known until somebody accepts it." in said(app)


def test_criteria_are_added_to_an_audit_under_way(store: Store, every_framework: Criteria) -> None:
    """What would be proposed and asked once is said first; every answer stays; the log says what was added."""
    audit = dataclasses.replace(last_year(every_framework, Response(written="no", practice=1)), year="2026/27")
    audit_id = store.add(audit)
    app = at("details", audit=audit_id)
    app.checkbox(key=f"school.{audit_id}.add.{DUTIES}").check().run()
    words = said(app).replace("\\", "")
    assert "an answer proposed from answers to the Kent template" in words
    assert "Every answer that was given stays." in words
    press(app, "Add to this audit")
    wider = store.load(audit_id)
    assert wider is not None
    assert [ref.id for ref in wider.frameworks] == [TEMPLATE, DUTIES]
    assert wider.responses == audit.responses
    assert {event_words(event) for event in store.events(audit_id)} >= {
        "Criteria added: Today's duties and standards for schools in England"
    }
