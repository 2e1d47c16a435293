"""For an author at work: a tool whose file was saved is loaded again, and the site follows. A broken file leaves the site as it is.

What follows depends on what changed. Jobs load the science afresh each time, so nothing has to be done for that. When a description changed,
the pages are built again beside the running site, and then its processes start anew; when a live tool changed, the web server does.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from enum import StrEnum
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path

from pipeline import GROUP
from pipeline.toolkit.confine import die_with_parent
from pipeline.toolkit.mishaps import sentence_of
from sciflask_reflex.settings import ROOT, Settings
from sciflask_reflex.supervisor import frontend
from sciflask_reflex.supervisor.environment import build_environment, child_environment
from sciflask_reflex.supervisor.logs import make_log
from sciflask_reflex.supervisor.watch import Watch

LOOK_S = 0.4
BESIDE, BEFORE = ".web-beside", ".web-before"
"""Beside the folder of the pages: where the next ones are built, and what the last ones are called while they are removed."""
PLATFORM = ROOT / "pipeline" / "toolkit"
BUILD = "sciflask_reflex.supervisor.beside"
STAYS = "The site goes on with what it had; save the file again when it is mended."


class Doing(StrEnum):
    """What the reloader is at."""

    LOOKING = "looking"
    LOADING = "loading"
    BUILDING = "building"


def homes() -> list[Path]:
    """Return where tools are: the folder of the pipeline, and the packages and modules that entry points name."""
    found = [ROOT / "pipeline"]
    for point in entry_points(group=GROUP):
        with suppress(ImportError, ValueError):
            spec = find_spec(point.value.partition(":")[0].partition(".")[0])
            if spec and spec.submodule_search_locations:
                found += [Path(place) for place in spec.submodule_search_locations]
            elif spec and spec.origin:
                found.append(Path(spec.origin))
    return list(dict.fromkeys(found))


def stamps(places: list[Path]) -> dict[Path, tuple[int, int]]:
    """Return when each Python file was saved, and how large it is."""
    return dict(_stamps(places))


def _stamps(places: list[Path]) -> Iterator[tuple[Path, tuple[int, int]]]:
    for place in places:
        for path in place.rglob("*.py") if place.is_dir() else [place]:
            with suppress(OSError):
                known = path.stat()
                yield path, (known.st_mtime_ns, known.st_size)


class Reloader:
    """Looks at the files of tools, a few times in a second, and does one thing after another. ``look`` never waits for long."""

    def __init__(self, site: Settings, watch: Watch) -> None:
        self._site, self._watch = site, watch
        self._log = make_log("tools", site.data_dir / "log")
        self._homes = homes()
        self._seen = self._loaded = stamps(self._homes)
        self._known: dict[str, str] = {}
        self._doing, self._process, self._began, self._next_look = Doing.LOOKING, None, 0.0, 0.0
        self._changed: list[Path] = []
        self._asked = False
        self._folder = site.data_dir / "run"

    def look(self) -> None:
        """Go on with what is being done, or see whether a file was saved."""
        if self._doing is not Doing.LOOKING:
            self._go_on()
        elif time.monotonic() >= self._next_look:
            self._next_look = time.monotonic() + LOOK_S
            now = stamps(self._homes)
            settled, self._seen = now == self._seen, now
            if not self._asked:
                self._asked = True
                self._load()
            elif settled and now != self._loaded:  # editors save in several steps
                self._changed = sorted(path for path in now.keys() | self._loaded.keys() if now.get(path) != self._loaded.get(path))
                self._loaded, self._began = now, time.monotonic()
                if any(path.is_relative_to(PLATFORM) for path in self._changed):
                    self._log.warning("The platform itself has changed, not only a tool: stop the site and start it again.")
                else:
                    self._load()

    def stop(self) -> None:
        """End what is being done, and the log."""
        for handler in self._log.handlers:
            handler.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def _start(self, doing: Doing, *command: str, environment: dict[str, str]) -> None:
        me = os.getpid()
        with (self._folder / f"{doing}.out").open("wb") as out, (self._folder / f"{doing}.err").open("wb") as err:
            self._process = subprocess.Popen(
                [sys.executable, "-m", *command], cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                preexec_fn=lambda: die_with_parent(me),  # noqa: PLW1509 - the supervisor has one thread
            )  # fmt: skip
        self._doing = doing

    def _load(self) -> None:
        self._start(Doing.LOADING, "sciflask_reflex.supervisor.declared", environment=child_environment(self._site))

    def _go_on(self) -> None:
        if self._process is None or (code := self._process.poll()) is None:
            return
        done, self._doing, self._process = self._doing, Doing.LOOKING, None
        ends: dict[Doing, Callable[[int], None]] = {Doing.LOADING: self._was_loaded, Doing.BUILDING: self._was_built}
        ends[done](code)

    def _said(self, doing: Doing, kind: str) -> str:
        return (self._folder / f"{doing}.{kind}").read_text(errors="replace")

    def _was_loaded(self, code: int) -> None:
        if code:
            sentence = sentence_of(self._said(Doing.LOADING, "err"), self._homes, ROOT)
            self._log.error("%s %s", sentence, STAYS)
            return
        before, self._known = self._known, json.loads(self._said(Doing.LOADING, "out"))
        if not before:
            return
        what = ", ".join(str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path) for path in self._changed[:3])
        if self._known["declared"] != before["declared"]:
            self._log.info("%s: what is said of a tool changed; building the pages ...", what)
            beside = {"REFLEX_WEB_WORKDIR": str(frontend.WEB.with_name(BESIDE))}
            self._start(Doing.BUILDING, BUILD, environment=build_environment(self._site) | beside)
        elif self._known["live"] != before["live"]:
            self._watch.restart(lambda child: child.name == "web")
            self._log.info("%s: a live tool changed; the web server has started anew (%.1f s after the save)", what, self._seconds())
        else:
            self._log.info("%s: the next analysis uses it; pages stay as they are", what)

    def _was_built(self, code: int) -> None:
        if code:
            self._known = {"declared": "", "live": ""}
            self._log.error("The pages could not be built: %s %s", self._said(Doing.BUILDING, "err").strip()[-600:], STAYS)
            return
        before = frontend.WEB.with_name(BEFORE)
        shutil.rmtree(before, ignore_errors=True)
        frontend.WEB.rename(before)
        before.with_name(BESIDE).rename(frontend.WEB)
        self._watch.restart(lambda child: child.name in ("web", "relay") or child.name.startswith("worker-"))
        shutil.rmtree(before, ignore_errors=True)
        self._log.info("The site shows the tools as they are now (%.1f s after the save)", self._seconds())

    def _seconds(self) -> float:
        return time.monotonic() - self._began
