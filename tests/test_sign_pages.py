"""The page *Check and sign* as Streamlit runs it: the checks, signing by role, opening again, and verifying a file."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from audit.model import Audit, Criteria, Response, School, Signature
from audit.school import signing
from audit.store.audits import Store
from audit.workbook.write import write
from tests.pages import app_store, at, press

FIRST, SECOND = "kcc-2.1-k1", "kcc-2.1-k2"
YESTERDAY = dt.date.today() - dt.timedelta(days=1)
HEAD = Signature(role="headteacher", on=YESTERDAY)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The store that the app under test uses."""
    with app_store(tmp_path, monkeypatch) as opened:
        yield opened


def hilltop(criteria: Criteria, **changes: object) -> Audit:
    """An audit of which everything is sound but the first two answers."""
    school = School(urn="900401", name="Hilltop *Primary*", phase="primary")
    sound = Response(written="yes", practice=3, evidence="Minutes of 3 May 2025, item 4")
    responses = {c.id: sound for c in criteria if c.statement.recommended}
    responses = {key: dataclasses.replace(one, evidence=f"{one.evidence}, {key}") for key, one in responses.items()}
    responses |= {FIRST: Response(written="no", practice=4, evidence="Yes"), SECOND: Response(written="unknown")}
    made = Audit(school=school, year="2025/26", frameworks=criteria.refs, responses=responses)
    return dataclasses.replace(made, **changes)  # type: ignore[arg-type]


@pytest.fixture
def audit_id(store: Store, shipped: Criteria) -> str:
    """That audit in the store."""
    return store.add(hilltop(shipped))


def loaded(store: Store, audit_id: str) -> Audit:
    """The audit that the store holds."""
    audit = store.load(audit_id)
    assert audit is not None
    return audit


def key(audit_id: str, *names: str) -> str:
    """The key of a widget of the page."""
    return ".".join(("sign", audit_id, *names))


def test_what_a_reviewer_would_ask_comes_first(audit_id: str) -> None:
    """Every remark is shown under its check, with the reason and the link to its question."""
    app = at("sign", audit=audit_id)
    assert [fold.label for fold in app.expander] == [
        "Not fully answered: 1",
        "Answered with “I do not know”: 1",
        "Evidence that shows little: 1",
        "Two answers that do not go together: 1",
    ]
    assert [text.value for text in app.expander[2].text] == ["“Yes”"]
    assert "It says nothing that can be looked at" in app.expander[2].markdown[0].value


def test_an_audit_without_remarks_says_so(store: Store, shipped: Criteria) -> None:
    """Nothing is made up where there is nothing to ask."""
    sound = Response(written="yes", practice=3, evidence="Governors' minutes, 3 May 2025, item 4")
    responses = {
        c.id: dataclasses.replace(sound, evidence=f"{sound.evidence}: {number}")
        for number, c in enumerate(shipped)
        if c.statement.recommended
    }
    app = at("sign", audit=store.add(hilltop(shipped, responses=responses)))
    assert [box.value for box in app.success] == ["Nothing that a reviewer would be likely to ask about."]


def test_both_roles_sign_one_after_the_other(store: Store, audit_id: str) -> None:
    """Headteacher, then chair of governors: each ticks, says something or nothing, and signs what the page shows."""
    app = at("sign", audit=audit_id)
    app.checkbox(key=key(audit_id, "headteacher", "read")).check()
    app.text_area(key=key(audit_id, "headteacher", "said")).set_value("We know *our* gaps.")
    app = press(app, "Sign as headteacher")
    assert not app.checkbox(key=key(audit_id, "chair of governors", "read")).value
    app.checkbox(key=key(audit_id, "chair of governors", "read")).check()
    app = press(app, "Sign as chair of governors")
    audit, today = loaded(store, audit_id), dt.date.today()
    assert audit.signed is not None
    assert audit.signed.signatures == (
        Signature(role="headteacher", on=today, statement="We know *our* gaps."),
        Signature(role="chair of governors", on=today),
    )
    assert (signing.is_intact(audit), audit.completed_on) == (True, today)
    assert any(audit.signed.content in box.value for box in app.info)
    assert any("Headteacher and chair of governors have signed." in text.value for text in app.markdown)


def test_nobody_signs_an_audit_that_is_not_fully_answered_without_a_reason(store: Store, audit_id: str) -> None:
    """The page says how much is open, and nothing is signed until somebody says why; then every page says it too."""
    app = at("sign", audit=audit_id)
    assert any("1 of 53 statements is not answered" in box.value for box in app.warning)
    app.checkbox(key=key(audit_id, "headteacher", "read")).check()
    app.text_area(key=key(audit_id, "headteacher", "said")).set_value("Not applicable, see above.")
    app = press(app, "Sign as headteacher")
    assert "why the audit is signed all the same" in app.error[0].value
    assert loaded(store, audit_id).sign_offs == ()
    app.checkbox(key=key(audit_id, "headteacher", "read")).check()
    app.text_area(key=key(audit_id, "headteacher", "said")).set_value("The filtering report is still to come.")
    app = press(app, "Sign as headteacher")
    assert any("Signed with 1 of 53 not answered." in box.value for box in app.info)


def test_the_chairs_form_is_a_step_of_its_own(store: Store, shipped: Criteria, audit_id: str) -> None:
    """After the headteacher's signature nothing to sign stands in its place; the chair's form is folded at the foot."""
    store.sign_offs.sign(audit_id, HEAD, seen=loaded(store, audit_id), criteria=shipped)
    app = at("sign", audit=audit_id)
    fold = next(one for one in app.expander if one.label.startswith("After the meeting"))
    assert [button.label for button in fold.button] == ["Sign as chair of governors"]
    assert any("The headteacher has signed. Next: take the pack" in text.value for text in app.markdown)


def test_nobody_signs_without_the_tick(store: Store, audit_id: str) -> None:
    """Who has not said that they read the report does not sign by a slip of the finger."""
    app = press(at("sign", audit=audit_id), "Sign as headteacher")
    assert [box.value for box in app.error] == [r"Not signed yet\. Tick that you have read the gap report\."]
    assert loaded(store, audit_id).sign_offs == ()


def test_a_statement_that_no_workbook_holds_is_refused(store: Store, audit_id: str) -> None:
    """A control character is refused with its remedy, and nothing is signed."""
    app = at("sign", audit=audit_id)
    app.checkbox(key=key(audit_id, "headteacher", "read")).check()
    app.text_area(key=key(audit_id, "headteacher", "said")).set_value("bell\x07")
    app = press(app, "Sign as headteacher")
    assert "Character 5 is a control character" in app.error[0].value
    assert loaded(store, audit_id).sign_offs == ()


def test_an_answer_given_meanwhile_has_to_be_seen_first(store: Store, audit_id: str) -> None:
    """If a colleague changes an answer after the page was drawn, the click signs nothing and says why."""
    app = at("sign", audit=audit_id)
    app.checkbox(key=key(audit_id, "headteacher", "read")).check()
    app.text_area(key=key(audit_id, "headteacher", "said")).set_value("We know our gaps.")
    store.save(audit_id, SECOND, base=Response(written="unknown"), mine=Response(written="yes", practice=4))
    app = press(app, "Sign as headteacher")
    assert "the audit was changed meanwhile" in app.error[0].value
    assert loaded(store, audit_id).sign_offs == ()


def test_a_signed_audit_is_opened_again_with_a_reason(store: Store, shipped: Criteria, audit_id: str) -> None:
    """The reason is kept with version 1, which stays; without one nothing happens."""
    store.sign_offs.sign(audit_id, HEAD, seen=loaded(store, audit_id), criteria=shipped)
    app = press(at("sign", audit=audit_id), "Open it again")
    assert "Say why" in app.error[0].value
    app.text_area(key=key(audit_id, "why")).set_value("n/a")
    app = press(app, "Open it again")
    assert "Say why" in app.error[0].value
    app.text_area(key=key(audit_id, "why")).set_value("A slip in 2.1.")
    app = press(app, "Open it again")
    [version] = loaded(store, audit_id).sign_offs
    assert (version.reopened_on, version.reopened_because) == (dt.date.today(), "A slip in 2.1.")
    assert "Sign as headteacher" in [button.label for button in app.button]


def test_a_desk_review_is_not_signed(store: Store, shipped: Criteria) -> None:
    """A reading of a published text has no headteacher who answers for it."""
    app = at("sign", audit=store.add(hilltop(shipped, basis="desk review", responses={})))
    assert [button.label for button in app.button if "Sign" in button.label] == []
    assert any("not signed off" in box.value for box in app.info)


def test_a_signed_workbook_is_verified(store: Store, shipped: Criteria, audit_id: str) -> None:
    """A file that was signed on another computer is told from the one that was signed here."""
    audit = loaded(store, audit_id)
    here = store.sign_offs.sign(audit_id, HEAD, seen=audit, criteria=shipped)
    other = signing.sign(dataclasses.replace(audit, responses={}), shipped, HEAD)
    app = at("sign", audit=audit_id)
    found = []
    for signed in (here, other):
        app.file_uploader(key="verify.file").set_value(("hilltop.xlsx", write(signed, shipped), "application/xlsx"))
        app.run(timeout=600)
        assert not app.exception
        found.append(([box.value for box in app.success], [t.value for t in app.text if "store" in t.value]))
    assert found == [
        ([r"hilltop\.xlsx is what was signed\."], ["The store holds this version too."]),
        (
            [r"hilltop\.xlsx is what was signed\."],
            [
                f"Version 1 in the store has another content: its SHA-256 is {here.sign_offs[0].content}. "
                "Find out which of the two was signed."
            ],
        ),
    ]


def test_a_file_that_is_no_workbook_is_said_to_be_none(audit_id: str) -> None:
    """Whatever is uploaded, the page says what it is not."""
    app = at("sign", audit=audit_id)
    app.file_uploader(key="verify.file").set_value(("x.pdf", b"%PDF-1.7 nothing", "application/pdf")).run()
    assert not app.exception
    assert [box.value for box in app.warning][-1:] == [r"x\.pdf cannot be verified\."]
