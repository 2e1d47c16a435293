"""A keeper with real children, and wishes for it."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

import pytest

from pipeline.toolkit import Tool
from sciflask_reflex.instant import asked, service
from sciflask_reflex.instant import keeper as keeping
from sciflask_reflex.instant.keeper import Keeper
from sciflask_reflex.instant.shelf import Computed
from sciflask_reflex.settings import settings


@dataclass
class Shop:
    """Whom tests ask."""

    keeper: Keeper
    tools: dict[str, Tool]

    def ask(self, act: str = "answer", number: float = 1.0, *, seat: str = "tab", person: str = "ada", seed: int = 0) -> "Future[Computed]":
        """Ask the tool that misbehaves."""
        wish = asked.ask(self.tools["live-trouble"], {"act": act, "number": number}, seed)
        return self.keeper.ask(wish, seat=seat, person=person)

    def number(self, *words: Any, **more: Any) -> float:
        """Return the number that comes out."""
        return self.ask(*words, **more).result(60).manifest["metrics"]["number"]["value"]


@pytest.fixture
def shop(sqlite: str, keys: None, live_tools: dict[str, Tool], monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Shop]]:
    """Return a function that opens a keeper under these settings; it is closed at the end."""
    opened: list[Keeper] = []

    def opening(**limits: int) -> Shop:
        for name, value in limits.items():
            monkeypatch.setenv(f"SCIFLASK_LIVE_{name.upper()}", str(value))
        settings.cache_clear()
        one = Keeper(settings().live_workers)
        opened.append(one)
        monkeypatch.setattr(keeping, "keeper", lambda: one)
        monkeypatch.setattr(service, "keeper", lambda: one)
        return Shop(one, live_tools)

    yield opening
    for one in opened:
        one.close()
