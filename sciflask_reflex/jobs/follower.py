"""Follow a job child: keep the lease, pass on progress, watch the limits, hear a cancellation."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from sciflask_reflex.jobs import runs
from sciflask_reflex.jobs.bounds import bounds_of
from sciflask_reflex.jobs.room import shortage
from sciflask_reflex.jobs.runs import Claim, Standing
from sciflask_reflex.jobs.spoken import SpokenChild
from sciflask_reflex.settings import settings

TICK_SECONDS = 0.1
PROGRESS_SECONDS = 0.2
SIZE_SECONDS = 0.25
"""How often the files of an attempt are counted; a tool can write faster than a disk can forget."""
LOOK_SECONDS = 0.5
"""How often the ledger is asked whether the person has cancelled."""
STOP_GRACE_SECONDS = 2.0
"""How long an attempt may still finish when its worker has to stop, before it goes back into the queue."""
LOG_LINES = 200
VERDICTS = ("done", "error", "memory", "output", "traceback")

T = TypeVar("T")
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ending:
    """Why the child is no longer followed: one of VERDICTS, or silent, walltime, cancel, lost, stop."""

    why: str
    text: str = ""
    own_words: bool = False
    """Whether the child said so itself, and is about to end."""


@dataclass
class Follower:
    """Watches one child on behalf of one claim."""

    claim: Claim
    folders: tuple[Path, ...]
    stopping: threading.Event
    stage: str = "Starting"
    fraction: float = 0.0
    lines: list[str] = field(default_factory=list)
    _news: bool = False
    _due: dict[str, float] = field(default_factory=dict)

    def _every(self, name: str, seconds: float) -> bool:
        """Tell whether a thing is due, and note that it is being done."""
        if time.monotonic() < self._due.get(name, 0.0):
            return False
        self._due[name] = time.monotonic() + seconds
        return True

    def follow(self, child: SpokenChild) -> Ending:
        """Follow the child until it ends or must end."""
        deadline = time.monotonic() + bounds_of(self.claim.tool).seconds
        self._every("heartbeat", settings().lease_seconds / 3)
        while True:
            for message in child.hear(TICK_SECONDS):
                if ending := self._take(message):
                    return ending
            if child.ended:
                return Ending("silent")
            if self._news and self._every("progress", PROGRESS_SECONDS):
                self.flush()
            if ending := self._must_end(deadline):
                return ending

    def _take(self, message: dict[str, Any]) -> Ending | None:
        for why in VERDICTS:
            if message.get(why):
                text = message.get("traceback") or message.get("error") or ""
                return Ending(why, str(text), own_words=True)
        if line := message.get("log"):
            self.lines = [*self.lines, str(line)][-LOG_LINES:]
        else:
            self.stage, self.fraction = str(message.get("stage", "")), _fraction(message.get("fraction"))
        self._news = True
        return None

    def flush(self) -> None:
        """Write the newest progress down."""
        if self._news:
            self._news = False
            _patiently(lambda: runs.progress(self.claim, self.stage, self.fraction, self.lines), True)

    def _must_end(self, deadline: float) -> Ending | None:
        if time.monotonic() > deadline:
            return Ending("walltime")
        if self.stopping.is_set():
            give_up = self._due.setdefault("stop", time.monotonic() + STOP_GRACE_SECONDS)
            if time.monotonic() > give_up:
                return Ending("stop")
        if self._every("size", SIZE_SECONDS):
            started = time.monotonic()
            if too_much := shortage(self.folders):
                return Ending("output", too_much)
            self._due["size"] += 10 * (time.monotonic() - started)  # counting very many files must not become the main work
        return self._ask()

    def _ask(self) -> Ending | None:
        if self._every("heartbeat", settings().lease_seconds / 3):
            standing = _patiently(lambda: runs.heartbeat(self.claim), Standing.GO_ON)
        elif self._every("look", LOOK_SECONDS):
            standing = _patiently(lambda: runs.standing(self.claim), Standing.GO_ON)
        else:
            return None
        return {Standing.CANCEL: Ending("cancel"), Standing.LOST: Ending("lost")}.get(standing)


def _fraction(value: object) -> float:
    return min(max(float(value), 0.0), 1.0) if isinstance(value, int | float) else 0.0


def _patiently(act: Callable[[], T], otherwise: T) -> T:
    """Act on the ledger; when the database does not answer, go on as if all were well: the fence decides in the end."""
    try:
        return act()
    except SQLAlchemyError as error:
        log.warning("the database did not answer, the attempt goes on: %s", error)
        return otherwise
