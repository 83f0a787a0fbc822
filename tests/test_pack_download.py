"""Where a page offers the governors' pack."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def _page() -> None:
    """A page that offers the pack of an open audit."""
    from audit.criteria.load import load
    from audit.model import Audit, School
    from audit.school.moves import Compared
    from audit.school.outcome import outcome
    from audit.ui.history_view import offer_pack

    shipped = load()
    school = School(urn="900001", name="Hilltop", phase="primary")
    audit = Audit(school=school, year="2026/27", frameworks=shipped.refs)
    offer_pack((Compared(now=outcome(audit, shipped)),))


def test_the_pack_of_an_open_audit_is_offered_as_a_draft() -> None:
    """The meeting's day and presenter are optional, and the button says that it is a draft."""
    page = AppTest.from_function(_page, default_timeout=600).run()
    assert not page.exception
    assert [one.label for one in page.date_input] == ["Day of the meeting"]
    assert [one.label for one in page.text_input] == ["Who presents it (role)"]
    assert [one.label for one in page.get("download_button")] == ["Draft of the pack (PDF)"]
