"""Uploads: whole or not at all, counted, named as a label only, and nobody can hold the site up with them."""

import asyncio
import hashlib
import tempfile
from collections.abc import AsyncIterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from sciflask_reflex import storage
from sciflask_reflex.api import uploads
from sciflask_reflex.api.app import api_app
from sciflask_reflex.http import pace
from sciflask_reflex.http.slots import UPLOADS
from sciflask_reflex.settings import MIB, settings

URL = "/api/v1/uploads"
EDGE = b"--edge\r\n"
HEAD = EDGE + b'Content-Disposition: form-data; name="file"; filename="a.csv"\r\nContent-Type: text/csv\r\n\r\n'
END = b"\r\n--edge--\r\n"
KIND = {"content-type": "multipart/form-data; boundary=edge"}


async def pieces(*parts: bytes) -> AsyncIterator[bytes]:
    """Yield a body in pieces, so that it has no length."""
    for part in parts:
        yield part


def left_behind() -> list[Path]:
    """Return what lies in the folder of arrivals."""
    return [path for path in (storage.root() / "incoming").glob("*") if path.is_file()]


def send(ask: Any, who: Any, body: Any, **headers: str) -> Any:
    """Send a raw body."""
    return ask("POST", URL, who.submit | KIND | {key.replace("_", "-"): value for key, value in headers.items()}, content=body)


def test_a_file_arrives_as_it_was(ask: Any, ada: Any) -> None:
    data = bytes(range(256)) * 3000 + b"\r\n--edge\r\n--other--\r\n"
    answer = ask("POST", URL, ada.submit, files={"file": ("genes.csv", data)})
    assert answer.status_code == 201, answer.text
    found = answer.json()
    assert found == {"id": found["id"], "filename": "genes.csv", "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    assert storage.staging(found["id"]).read_bytes() == data
    assert UPLOADS.taken == 0


def test_in_pieces_of_one_byte(ask: Any, ada: Any) -> None:
    body = HEAD + b"a,b\n1,2\n" + END
    answer = send(ask, ada, pieces(*(body[i : i + 1] for i in range(len(body)))))
    assert (answer.status_code, answer.json()["bytes"]) == (201, 8)


@pytest.mark.parametrize(
    "name",
    ["../../x.csv", "C:\\x.csv", "/etc/passwd", "a/b/c.csv", ".htaccess", "CON", "n" * 300, "наука.csv", "x.csv ", "...", "<script>.csv"],
)
def test_a_name_is_only_a_label(ask: Any, ada: Any, name: str) -> None:
    outside = set(Path(storage.root()).parent.rglob("*"))
    answer = ask("POST", URL, ada.submit, files={"file": (name, b"a,b\n")})
    if answer.status_code == 201:
        shown = answer.json()["filename"]
        assert "/" not in shown
        assert "\\" not in shown
        assert 0 < len(shown) <= 255
        new = {path for path in Path(storage.root()).parent.rglob("*") if path.is_file()} - outside
        assert all(path.name == answer.json()["id"] for path in new if path.parent.name == "incoming")
        assert all(path.is_relative_to(storage.root()) for path in new)
    else:
        assert answer.status_code == 422
        assert left_behind() == []


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"", {}),
        (b"a,b\n", {}),
        (HEAD + b"cut", {}),
        (HEAD + b"whole" + END[:-4], {}),
        (HEAD + b"a" + b"\r\n" + HEAD + b"b" + END, {}),
        (EDGE * 1000, {}),
        ((EDGE + b'Content-Disposition: form-data; name="x"\r\n\r\nv\r\n') * 1000 + END, {}),
        (EDGE + b'Content-Disposition: form-data; name="other"; filename="a"\r\n\r\nv' + END, {}),
        (EDGE + b'Content-Disposition: form-data; name="file"\r\n\r\nv' + END, {}),
        (EDGE + b"\r\n\r\nv" + END, {}),
        (EDGE + b"X: " + b"y" * 1_000_000 + b"\r\n\r\nv" + END, {}),
        (EDGE + b"X: y\r\n" * 1_000 + b"\r\nv" + END, {}),
        (HEAD + b"x" + END, {"content_type": "multipart/form-data"}),
        (HEAD + b"x" + END, {"content_type": "multipart/form-data; boundary=" + "b" * 5000}),
        (HEAD + b"x" + END, {"content_type": "multipart/form-data; boundary=other"}),
        (HEAD + b"x" + END, {"content_type": "text/csv"}),
    ],
)  # fmt: skip
def test_bodies_of_the_wrong_form(ask: Any, ada: Any, body: bytes, headers: dict[str, str]) -> None:
    answer = send(ask, ada, body, **headers)
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert left_behind() == []
    assert UPLOADS.taken == 0


@pytest.fixture
def one_mib(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let files have one MiB at most."""
    monkeypatch.setenv("SCIFLASK_MAX_FILE_MIB", "1")
    settings.cache_clear()


def test_the_limit_holds_to_the_byte(ask: Any, ada: Any, one_mib: None) -> None:
    assert send(ask, ada, HEAD + b"x" * MIB + END).status_code == 201
    before = left_behind()
    assert send(ask, ada, HEAD + b"x" * (MIB + 1) + END).status_code == 413
    assert left_behind() == before


def test_without_a_length_it_is_counted_and_cut(ask: Any, ada: Any, one_mib: None) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        yield HEAD
        while sent < 50 * MIB:
            sent += 64 * 1024
            yield b"x" * 64 * 1024

    answer = send(ask, ada, endless())
    assert answer.status_code == 413
    assert sent <= MIB + 3 * 64 * 1024
    assert left_behind() == []


@pytest.mark.parametrize(("length", "status"), [(str(10**12), 413), ("9" * 30, 413), ("-5", 422), ("1e3", 422)])
def test_an_honest_length_is_refused_before_the_body(ask: Any, ada: Any, length: str, status: int) -> None:
    read = False

    async def body() -> AsyncIterator[bytes]:
        nonlocal read
        read = True
        yield b"x"

    assert send(ask, ada, body(), content_length=length).status_code == status
    assert not read


def test_who_sends_is_known_before_the_body(ask: Any, site: str) -> None:
    read = False

    async def body() -> AsyncIterator[bytes]:
        nonlocal read
        read = True
        yield b"x"

    temporary = set(Path(tempfile.gettempdir()).iterdir())
    assert ask("POST", URL, KIND | {"content-length": "300000000"}, content=body()).status_code == 401
    assert not read
    assert not {path for path in set(Path(tempfile.gettempdir()).iterdir()) - temporary if path.is_file()}


def test_silence_ends_an_upload(ask: Any, ada: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "IDLE_SECONDS", 0.05)

    async def stalled() -> AsyncIterator[bytes]:
        yield HEAD + b"x"
        await asyncio.Event().wait()

    answer = send(ask, ada, stalled())
    assert (answer.status_code, answer.json()["title"]) == (408, "Request Timeout")
    assert left_behind() == []
    assert UPLOADS.taken == 0


def test_drops_end_an_upload(ask: Any, ada: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "GRACE_SECONDS", -1.0)
    monkeypatch.setattr(pace, "LEAST_BYTES_PER_SECOND", 1e12)

    async def drops() -> AsyncIterator[bytes]:
        yield HEAD + b"x"
        yield b"x" + END

    answer = send(ask, ada, drops())
    assert (answer.status_code, answer.json()["title"]) == (408, "Request Timeout")
    assert left_behind() == []
    assert UPLOADS.taken == 0


def test_a_seventh_at_once_is_told_to_come_back(ask: Any, ada: Any) -> None:
    with ExitStack() as stack:
        for _ in range(6):
            stack.enter_context(UPLOADS.take(ada.owner_id))
        answer = send(ask, ada, HEAD + b"x" + END)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "5")
    assert send(ask, ada, HEAD + b"x" + END).status_code == 201


def test_a_cut_connection_leaves_nothing(ada: Any) -> None:
    async def go() -> list[dict[str, Any]]:
        messages = iter([{"type": "http.request", "body": HEAD + b"x" * 600_000, "more_body": True}, {"type": "http.disconnect"}])
        told: list[dict[str, Any]] = []

        async def receive() -> Any:
            return next(messages)

        async def send_back(message: Any) -> None:
            told.append(message)

        headers = [(key.encode(), value.encode()) for key, value in (ada.submit | KIND).items()]
        scope = {
            "type": "http",
            "method": "POST",
            "path": URL,
            "root_path": "",
            "query_string": b"",
            "headers": headers,
            "client": ("192.0.2.1", 1),
        }
        await api_app()(scope, receive, send_back)  # pyright: ignore[reportArgumentType]
        return told

    asyncio.run(go())
    assert left_behind() == []
    assert UPLOADS.taken == 0


def test_two_at_once_do_not_mix(ada: Any) -> None:
    async def go() -> list[httpx.Response]:
        transport = httpx.ASGITransport(api_app())
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost:3000", headers=ada.submit) as client:
            return await asyncio.gather(*(client.post(URL, files={"file": ("a.csv", letter * 2 * MIB)}) for letter in (b"a", b"b")))

    answers = asyncio.run(go())
    assert [answer.status_code for answer in answers] == [201, 201]
    assert [set(storage.staging(answer.json()["id"]).read_bytes()) for answer in answers] == [{97}, {98}]
