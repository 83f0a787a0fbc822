"""A page that stays open while the server is started again goes on with the new server, and says so.

The browser reconnects by itself. If what ran last on the page was a fragment, it asks for nothing, and its next click
names a fragment that the new server does not know: the click is dropped without a word. A page with something on it
that runs by itself now and then is asked for as a whole after each reconnection. So each page has such a thing.
"""

from __future__ import annotations

import json
import uuid

import streamlit as st

from audit.ui.fragments import fragment

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
