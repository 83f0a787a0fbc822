"""What the server refuses before any page runs, and what it never asks of others."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import Receive, Scope, Send
from streamlit import config, net_util
from streamlit.starlette import App

from audit.database import close_all


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
