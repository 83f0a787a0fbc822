"""Parts of a page that run alone: every one of them stands in a container that belongs to the page.

A part that runs again while the page around it is still on its way to the browser takes its own messages back, and
sends them anew. Its block would then be missing when the browser is told of what stands below it, and the browser gives
up: the page is white. The container belongs to the page, so it is never taken back.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import streamlit as st

P = ParamSpec("P")


def fragment(*, run_every: float | None = None) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """A part of a page that runs alone when one of its widgets is used, and by itself every so many seconds."""

    def make(draw: Callable[P, None]) -> Callable[P, None]:
        alone = st.fragment(draw, run_every=run_every)

        @wraps(draw)
        def placed(*args: P.args, **named: P.kwargs) -> None:
            with st.container():
                alone(*args, **named)

        return placed

    return make
