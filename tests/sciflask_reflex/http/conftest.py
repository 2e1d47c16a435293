"""Asks an ASGI app by hand, so that a test sees whether the body was read and what a socket was told."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import pytest

from sciflask_reflex.http import csp


@dataclass
class Answer:
    """What came back, and how often the app asked for the body."""

    status: int = 0
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
    reads: int = 0
    messages: list[dict[str, Any]] = field(default_factory=list)

    def header(self, name: str) -> str | None:
        """Return the first header of that name."""
        return next((value for key, value in self.headers if key == name), None)


async def _run(app: Any, scope: dict[str, Any], body: Iterable[bytes]) -> Answer:
    answer = Answer()
    pieces = list(body) or [b""]

    async def receive() -> dict[str, Any]:
        if scope["type"] == "websocket":
            return {"type": "websocket.connect"}
        if answer.reads >= len(pieces):
            return {"type": "http.disconnect"}
        answer.reads += 1
        return {"type": "http.request", "body": pieces[answer.reads - 1], "more_body": answer.reads < len(pieces)}

    async def send(message: dict[str, Any]) -> None:
        answer.messages.append(message)
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.headers = [(key.decode().lower(), value.decode()) for key, value in message["headers"]]
        elif message["type"] == "http.response.body":
            answer.body += message.get("body", b"")

    await app(scope, receive, send)
    return answer


Ask = Callable[..., Answer]


@pytest.fixture
def ask() -> Ask:
    """Return a function that sends one request, or opens one socket."""

    def send(
        app: Any, method: str, path: str, headers: dict[str, str] | None = None, body: Iterable[bytes] = (), client: str = "192.0.2.1"
    ) -> Answer:
        kind = "websocket" if method == "WS" else "http"
        raw = [(key.lower().encode(), value.encode("latin-1")) for key, value in (headers or {}).items()]
        scope = {"type": kind, "method": method, "path": path, "query_string": b"", "headers": raw, "client": (client, 1)}
        return asyncio.run(_run(app, scope, body))

    return send


@pytest.fixture(autouse=True)
def _fresh_policy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csp, "page_policy", csp.PagePolicies())
    monkeypatch.setattr(csp, "CHECK_SECONDS", 0.0)
