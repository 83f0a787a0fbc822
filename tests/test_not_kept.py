"""What a page says when the database takes a change, and when it does not."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from audit.store.schema import Gone, NotSaved, SignedOff
from audit.ui.components import refusal


def _two_changes() -> None:
    """A page on which one change is taken and another is not."""
    import streamlit as st

    from audit.store.schema import NotSaved
    from audit.ui.components import is_kept

    def refuse() -> None:
        raise NotSaved("The database did not take it.")

    st.write(f"First: {is_kept(lambda: None)}")
    st.write(f"Second: {is_kept(refuse)}")


def test_a_change_that_the_database_does_not_take_is_told_on_the_page() -> None:
    """The page goes on, says that nothing was changed and what to do, and nobody is shown a fault of the program."""
    page = AppTest.from_function(_two_changes).run()
    assert not page.exception
    assert [part.value for part in page.markdown] == ["First: True", "Second: False"]
    assert [part.value for part in page.error] == ["Nothing was changed: the database is busy or full. Try again."]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (SignedOff(), "Not saved: the audit was signed meanwhile, so nothing of it changes. To change something, open it again on the page Check and sign."),
        (Gone("a1"), "Not saved: this audit is not there any more. Go to the home page to see which audits there are."),
        (NotSaved(), "Not saved: the database is busy or full. Press Save again."),
    ],
)  # fmt: skip
def test_every_refusal_of_the_store_says_what_to_do(error: SignedOff | Gone | NotSaved, words: str) -> None:
    """What was not done, why, and the way on."""
    assert refusal(error, retry="Press Save again.") == words
