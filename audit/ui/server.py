"""What the server refuses before any page runs, and what it never asks of others.

A page that stays open while the server is started again goes on with the new server, and says so.

The browser reconnects by itself. If what ran last on the page was a fragment, it asks for nothing, and its next click
names a fragment that the new server does not know: the click is dropped without a word. A page with something on it
that runs by itself now and then is asked for as a whole after each reconnection. So each page has such a thing.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import Receive, Scope, Send
from streamlit import config, net_util
from streamlit.starlette import App

from audit.store.schema import close_all
from audit.ui.components import fragment


@asynccontextmanager
async def closing_databases(_app: App) -> AsyncIterator[None]:
    """While the server runs; at its end every database is closed, so that each is one whole file."""
    try:
        yield
    finally:
        close_all()


class OurNames(TrustedHostMiddleware):
    """Answers 400 to a request that names another computer; of a websocket Streamlit's own look at the name says 403."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lets pass what names this computer."""
        if scope["type"] == "websocket":
            await self.app(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def for_this_computer() -> list[Middleware]:
    """Refuses every request that names another computer than those of ``server.allowedHosts``.

    Streamlit itself looks at the name only where a websocket is opened. So a web page elsewhere whose name leads to this
    computer (DNS rebinding) gets nothing at all.
    """
    # Streamlit would ask an address service on the internet for this computer's address when a foreign origin knocks.
    net_util._external_ip = "127.0.0.1"
    hosts = config.get_option("server.allowedHosts")
    return [Middleware(OurNames, allowed_hosts=hosts, www_redirect=False)] if hosts else []


_NUMBER = "connection.number"
_LOST = "The connection was lost and the page was loaded again. Everything marked Saved is kept."
_SAY = """<p id="connection-lost" role="status" style="margin:0"></p>
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
    """Lets the browser ask for the whole page after a reconnection, and says it where another server answers then."""
    number = st.session_state.setdefault(_NUMBER, uuid.uuid4().hex)
    _now_and_then()
    st.html(_SAY.replace("NUMBER", json.dumps(number)).replace("LOST", json.dumps(_LOST)), unsafe_allow_javascript=True)


@fragment(run_every=24 * 60 * 60)
def _now_and_then() -> None:
    """Draws nothing; that it is there is what counts."""
