"""The server: which requests it refuses, how it stops, and how an open page survives a restart.

The server refuses requests that name another computer, before any page runs. It never asks a service on the internet
for its own address.

A page that is open while the server restarts goes on with the new server, and says so. The browser reconnects by
itself. But if a fragment ran last on the page, the browser does not ask for the page, and its next click names a
fragment that the new server does not know; the click is lost without a message. If the page has a fragment that runs
at intervals, the browser asks for the whole page after each reconnection. So every page has such a fragment.
"""

from __future__ import annotations

import json
import sys
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from threading import Thread

import streamlit as st
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import Receive, Scope, Send
from streamlit import config, net_util
from streamlit.starlette import App


def while_serving(prepare: Callable[[], object]) -> Callable[[App], AbstractAsyncContextManager[None]]:
    """What the server does besides serving: it prepares the first page, and closes every database when it stops.

    A database that was closed is one complete file.

    Args:
        prepare: loads what the first page needs, in a thread, while the browser fetches the app. What fails in it fails
            again on the page, which says what to do.
    """

    def try_to_prepare() -> None:
        usual = sys.getswitchinterval()
        sys.setswitchinterval(_BRIEFLY)
        with suppress(Exception):
            prepare()
        sys.setswitchinterval(usual)

    @asynccontextmanager
    async def lifespan(_app: App) -> AsyncIterator[None]:
        Thread(target=try_to_prepare, daemon=True).start()
        try:
            yield
        finally:
            from audit.store.schema import close_all  # not above: the server loads this module before it can answer

            close_all()

    return lifespan


class OurNames(TrustedHostMiddleware):
    """Answers 400 to a request that names another computer. Streamlit checks websockets itself and answers 403."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on requests that name this computer."""
        if scope["type"] == "websocket":
            await self.app(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def for_this_computer() -> list[Middleware]:
    """The middleware that refuses every request for a host that is not in ``server.allowedHosts``.

    Streamlit itself checks the host only when a websocket is opened. With this, a page of another site whose name is
    made to lead to this computer (DNS rebinding) gets no answer at all.
    """
    # Else Streamlit would ask a service on the internet for this computer's address when a request has another origin.
    net_util._external_ip = "127.0.0.1"
    hosts = config.get_option("server.allowedHosts")
    return [Middleware(OurNames, allowed_hosts=hosts, www_redirect=False)] if hosts else []


_BRIEFLY = 0.0005
"""Seconds for which the preparing thread runs at a stretch, so that the browser does not wait for it at each request."""
_SESSION_KEY = "connection.number"
_LOST = "The connection was lost and the page was loaded again. Everything marked Saved is kept."
_RECONNECTED = """<p id="connection-lost" role="status" style="margin:0"></p>
<script>
(() => {
  const known = window.auditSession;
  window.auditSession = NUMBER;
  if (known === undefined || known === window.auditSession) return;
  const said = document.getElementById("connection-lost");
  said.style.cssText = "margin:0;padding:0.75rem 1rem;border-left:5px solid #0072b2;background:rgba(0,114,178,0.15);font-weight:600";
  said.textContent = LOST;
})();
</script>"""


def keep_alive() -> None:
    """Makes the browser ask for the whole page after a reconnection, and tells the person if the server was restarted."""
    from audit.ui.components import fragment  # not above: the server loads this module before it can answer

    number = st.session_state.setdefault(_SESSION_KEY, uuid.uuid4().hex)
    fragment(run_every=24 * 60 * 60)(_draw_nothing)()
    st.html(
        _RECONNECTED.replace("NUMBER", json.dumps(number)).replace("LOST", json.dumps(_LOST)),
        unsafe_allow_javascript=True,
    )


def _draw_nothing() -> None:
    """What the page's one fragment that runs at intervals does."""
