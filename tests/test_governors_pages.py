"""The page for governors: a minute's reading, in plain words, with nothing on it that changes an audit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from streamlit.testing.v1 import AppTest

from audit.authority.feedback.benchmark import Benchmark, benchmark_file
from audit.authority.tables import SPREAD
from audit.model import Action, Audit, Criteria, Response, School, Signature
from audit.school import proposals, signing
from audit.store.audits import Store
from audit.tables import typed
from tests.browser import serve, settle
from tests.conftest import audit_of
from tests.pages import app_store, at, said, titles

MET = Response(written="yes", practice=3, evidence="Minutes of 3 May 2026.")
BARE = Response(written="yes", practice=4)
NEITHER = Response(written="no", practice=0)
DIRECT = "kcc-2.3.2-k1"
HOSTILE = "**Do** <script>alert(1)</script> [it](http://x.example) $x^2$ `now`"
WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
LAPTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The store that the app under test uses."""
    with app_store(tmp_path, monkeypatch) as opened:
        yield opened


@pytest.fixture(scope="module")
def last(shipped: Criteria) -> Audit:
    """Last year's audit: all met but the first, which was a gap."""
    recommended = [criterion.id for criterion in shipped if criterion.statement.recommended]
    return audit_of(shipped, {**dict.fromkeys(recommended, MET), "kcc-2.1-k1": NEITHER}, year="2025/26")


@pytest.fixture(scope="module")
def now(last: Audit, shipped: Criteria) -> Audit:
    """This year's: the gap is closed, another one opened, one answer has no evidence, and an action is overdue."""
    begun = proposals.start_from(last, shipped, year="2026/27")
    actions = (Action(what=HOSTILE, statement=DIRECT, role="Head & <i>team</i>", due=dt.date(2020, 7, 1)),)
    answers = {**last.responses, "kcc-2.1-k1": MET, DIRECT: NEITHER, "kcc-2.5.1-k1": BARE}
    return audit_of(
        shipped,
        answers,
        actions=actions,
        carried_from=begun.carried_from,
        carried=begun.carried,
        frameworks=shipped.refs,
    )


def expanders(app: AppTest) -> list[str]:
    """What can be unfolded, in order."""
    return [fold.label for fold in app.expander]


def test_the_page_tells_the_outcome_in_a_sentence(store: Store, now: Audit) -> None:
    """The outcome, this year's share and last year's, what changed, and what to ask stand on one page."""
    app = at("governors", audit=store.add(now))
    assert titles(app) == ["For governors"]
    assert [(metric.label, metric.value) for metric in app.metric] == [
        ("In the policy and done, 2026/27", "98%"),
        ("In 2025/26", "98%"),
    ]
    assert [header.value for header in app.header] == [
        "What has changed",
        "What to ask",
        "What is being done",
        "Said to be in place, without evidence",
        "Signed off",
        "For the meeting's papers",
    ]
    assert expanders(app)[:5] == [
        "Table: What is in the policy and done, by area",
        "Worse than in 2025/26: 1",
        "Better than in 2025/26: 1",
        "Overdue: 1",
        "Without evidence: 1",
    ]
    assert "1 gap has been closed, 1 gap is new and no gap is still open" in said(app).replace("\\", "")


def test_text_that_people_typed_is_shown_and_never_run(store: Store, now: Audit) -> None:
    """An action's words are escaped wherever they stand: no markup, link, formula or code comes of them."""
    app = at("governors", audit=store.add(now))
    text = said(app)
    assert text.count("\\*\\*Do\\*\\* \\<script\\>alert\\(1\\)\\</script\\>") == 2
    assert HOSTILE not in text
    assert "<i>team</i>" not in text


def test_an_audit_just_begun_has_a_page(store: Store, shipped: Criteria) -> None:
    """Without an answer, an earlier year or an action the page says so plainly."""
    school = School(urn="900402", name="Hilltop", phase="nursery")
    app = at("governors", audit=store.add(Audit(school=school, year="2026/27", frameworks=shipped.refs)))
    text = said(app).replace("\\", "")
    assert "It is not known yet whether any of the" in text
    assert "There is no earlier audit of the Kent template to compare it with." in text
    assert "No action is planned" in text
    assert "Nothing is said to be in place yet." in text
    assert "Not signed yet: the answers can still change." in text


def test_the_earlier_audit_in_the_store_is_what_it_is_compared_with(
    store: Store, last: Audit, shipped: Criteria
) -> None:
    """An audit that carries nothing is held against the school's audit of the year before, if it is here."""
    store.add(last)
    app = at("governors", audit=store.add(audit_of(shipped, dict(last.responses))))
    assert [metric.label for metric in app.metric] == ["In the policy and done, 2026/27", "In 2025/26"]


def test_a_signed_audit_shows_who_signed_and_the_hash(store: Store, now: Audit, shipped: Criteria) -> None:
    """Signatures, their statements as typed, and the SHA-256 of what was signed are on the page."""
    signed = signing.sign(
        now, shipped, Signature(role="headteacher", on=dt.date(2026, 7, 3), statement="Read with *care*.")
    )
    assert signed.signed is not None
    app = at("governors", audit=store.add(signed, criteria=shipped))
    assert signed.signed.content in said(app)
    assert "Read with *care*." in [text.value for text in app.text]
    assert "signed by the headteacher on 3 July 2026" in said(app)


def test_a_benchmark_stands_behind_the_chart(store: Store, now: Audit, shipped: Criteria) -> None:
    """With the authority's file loaded, the page says whose middle half it shows, and the table has a column of it."""
    audit_id = store.add(now)
    rows = [("all", "area", "2.3", "", 12, 20.0, 50.0, 80.0)]
    spread = typed(pd.DataFrame(rows, columns=list(SPREAD)), SPREAD)
    data = benchmark_file(Benchmark(framework=shipped.refs[0], year="2025/26", authority="Exampleshire", spread=spread))
    store.set_benchmark(audit_id, file="benchmark.json", data=data)
    app = at("governors", audit=audit_id)
    assert "The middle half of all schools of Exampleshire, 2025/26" in said(app).replace("\\", "")
    tables = [element.proto.body for element in app.get("html")]
    assert any("Middle half of schools" in body and "20% to 80%, the middle one 50%" in body for body in tables)


@pytest.mark.parametrize("page", ["governors", "report"])
def test_a_benchmark_of_what_the_audit_does_not_answer_is_refused(
    store: Store, now: Audit, every_framework: Criteria, page: str
) -> None:
    """Its figures would stand beside nothing: the page says so, and which file to ask for, and keeps nothing."""
    audit_id = store.add(now)
    (england,) = (ref for ref in every_framework.refs if ref.id == "england-2026")
    spread = typed(pd.DataFrame([("all", "area", "1", "", 12, 20.0, 50.0, 80.0)], columns=list(SPREAD)), SPREAD)
    data = benchmark_file(Benchmark(framework=england, year="2026/27", authority="Exampleshire", spread=spread))
    app = at(page, audit=audit_id)
    app.file_uploader[0].set_value([("benchmark.json", data, "application/json")])
    (use,) = (button for button in app.button if button.label == "Use this file")
    use.click().run()
    told = "\n".join(block.proto.body for block in app.get("html"))
    assert "The figures are of another framework or edition than the audit answers." in told
    assert "Ask the authority for a file of kcc-2010 (edition 2010)." in told
    assert store.benchmark(audit_id) is None


def test_nothing_on_the_page_changes_the_audit(store: Store, now: Audit) -> None:
    """There is no button, box or choice on it that belongs to an answer or an action."""
    audit_id = store.add(now)
    app = at("governors", audit=audit_id)
    assert {button.label for button in app.button} <= {"Use this file"}
    assert [*app.radio, *app.checkbox, *app.selectbox, *app.text_area] == []
    assert store.load(audit_id) == now


@pytest.fixture
def both(every_framework: Criteria) -> Audit:
    """An audit that answers the template, as far as it holds today, and today's duties."""
    refs = tuple(ref for ref in every_framework.refs if ref.id in ("kcc-2010", "england-2026"))
    return audit_of(every_framework, {DIRECT: NEITHER}, frameworks=refs, as_printed=False)


def test_one_framework_is_shown_at_a_time(store: Store, both: Audit) -> None:
    """The page begins with the first framework and shows the other when it is chosen, in its own words."""
    app = at("governors", audit=store.add(both))
    assert "recommended statements of the Kent template" in said(app)
    assert "12 recommended statements of the Kent template are no longer asked in 2026/27" in said(app).replace(
        "\\", ""
    )
    assert "No longer asked: 12" in expanders(app)
    app.radio[0].set_value("england-2026").run()
    assert not app.exception
    text = said(app).replace("\\", "")
    assert "recommended statements of today's duties" in text
    assert "Met, by what stands behind it, the weightiest first: Law 0 of" in text
    assert "Kent" not in text
    assert "no longer asked" not in text
    assert "What stands behind a statement" in expanders(app)


@pytest.fixture(scope="module")
def page_address(tmp_path_factory: pytest.TempPathFactory, now: Audit) -> Iterator[str]:
    """The governors' page of this year's audit, on a server of its own."""
    database = tmp_path_factory.mktemp("store") / "audits.sqlite3"
    opened = Store(f"sqlite:///{database}")
    audit_id = opened.add(now)
    opened.close()
    with serve(database) as url:
        yield f"{url}/governors?audit={audit_id}"


def _unfolded(page: Page, address: str) -> None:
    page.goto(address)
    settle(page)
    page.get_by_role("heading", level=1, name="For governors").wait_for()
    page.evaluate("document.querySelectorAll('details:not([open]) > summary').forEach(fold => fold.click())")
    settle(page)
    page.mouse.move(0, 0)


@pytest.mark.parametrize(("viewport", "scheme"), [(LAPTOP, "light"), (PHONE, "dark")], ids=["laptop", "phone"])
def test_the_page_has_no_barrier(browser: Browser, page_address: str, viewport: dict[str, int], scheme: str) -> None:
    """axe-core finds no WCAG 2.2 A or AA violation, every fold opened, and nothing is wider than the screen."""
    context = browser.new_context(viewport=viewport, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    _unfolded(page, page_address)
    found = Axe().run(page, options=WCAG).response["violations"]
    width = page.evaluate("document.querySelector('[data-testid=\"stMain\"]').scrollWidth")
    context.close()
    assert [(rule["id"], [node["html"][:200] for node in rule["nodes"]]) for rule in found] == []
    assert width <= viewport["width"]


def test_a_print_leaves_out_what_is_for_the_screen(browser: Browser, page_address: str) -> None:
    """On paper there is neither menu nor upload, and the questions are there."""
    context = browser.new_context(viewport=LAPTOP)  # type: ignore[arg-type]
    page = context.new_page()
    _unfolded(page, page_address)
    page.emulate_media(media="print")
    shown = [
        page.locator(place).first.is_visible()
        for place in ('[data-testid="stSidebar"]', ".st-key-not-on-paper", ".st-key-ask-1")
    ]
    context.close()
    assert shown == [False, False, True]
