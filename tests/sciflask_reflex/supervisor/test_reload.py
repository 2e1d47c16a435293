"""A saved tool is loaded again: with real files, loaded in real processes; what a restart or a build would do is noted."""

import logging
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sciflask_reflex.settings import settings
from sciflask_reflex.supervisor import reload
from sciflask_reflex.supervisor.child import Child

SOURCE = '''"""Mine."""

from dataclasses import dataclass
from typing import Annotated

from pipeline.toolkit import Metric, Metrics, SampleTable, parameter, tool


@dataclass(frozen=True)
class Answer:
    """What comes out."""

    numbers: Metrics


@tool(slug="mine", title="Mine", summary="Counts.")
def count(table: SampleTable, *, least: Annotated[int, parameter("Least", "How many at least.", ge=1, le=9)] = 1) -> Answer:
    """Count."""
    return Answer(Metrics({"n": Metric("N", 1)}))
'''
LIVE = SOURCE.replace('summary="Counts."', 'summary="Counts.", live=True').replace("table: SampleTable, ", "")


class Noted:
    """Takes the place of the watch: notes which processes start anew."""

    def __init__(self) -> None:
        self.restarted: list[str] = []

    def restart(self, which: Callable[[Child], bool]) -> None:
        names = ("valkey", "web", "relay", "worker-1", "worker-2")
        log = logging.Logger("x")  # noqa: LOG001 - apart from all others
        self.restarted += [name for name in names if which(Child(name, [], {}, 1.0, log))]


class Desk:
    """An author at work: a file, and what the reloader has said."""

    def __init__(self, folder: Path, source: str) -> None:
        self.file, self.watch = folder / "my_lab_tool.py", Noted()
        self.file.write_text(source)
        self.saves = 0
        self.reloader = reload.Reloader(settings(), self.watch)  # pyright: ignore[reportArgumentType]
        self.look_until(lambda: bool(self.reloader._known))

    def save(self, source: str) -> None:
        self.file.write_text(source)
        self.saves += 1
        later = time.time_ns() + self.saves * 2_000_000_000  # what Python has compiled is told apart by whole seconds
        os.utime(self.file, ns=(later, later))

    def said(self) -> str:
        return (settings().data_dir / "log" / "tools.log").read_text()

    def look_until(self, holds: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 60
        while not holds():
            assert time.monotonic() < deadline, self.said()
            self.reloader.look()
            time.sleep(0.02)

    def save_and_hear(self, source: str, words: str) -> None:
        before = self.said().count(words)
        self.save(source)
        self.look_until(lambda: self.said().count(words) > before)


BUILDER = """import os, pathlib, sys
web = pathlib.Path(os.environ["REFLEX_WEB_WORKDIR"])
web.mkdir()
(web / "index.html").write_text("anew")
sys.exit(int(os.environ.get("BUILDER_ENDS", "0")))
"""


@pytest.fixture
def pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Built pages, and a builder that takes no time."""
    web = tmp_path / "site" / ".web"
    web.mkdir(parents=True)
    (web / "index.html").write_text("as it was")
    (tmp_path / "lab").mkdir()
    (tmp_path / "lab" / "quick_builder.py").write_text(BUILDER)
    monkeypatch.setattr(reload.frontend, "WEB", web)
    monkeypatch.setattr(reload, "BUILD", "quick_builder")
    return web


@pytest.fixture
def at_work(data_dir: Path, pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Desk]]:
    folder = tmp_path / "lab"
    info = folder / "my_lab_tool-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: my-lab-tool\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[sciflask.tools]\ncount = my_lab_tool:count\n")
    (data_dir / "run").mkdir()
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(folder), os.environ.get("PYTHONPATH", ""))))
    monkeypatch.setattr(reload, "LOOK_S", 0.05)
    monkeypatch.syspath_prepend(folder)
    desks: list[Desk] = []
    yield lambda source: desks.append(Desk(folder, source)) or desks[-1]
    for desk in desks:
        desk.reloader.stop()


def test_files_of_the_pipeline_and_of_installed_tools_are_looked_at(at_work):
    desk = at_work(SOURCE)
    assert {reload.ROOT / "pipeline", desk.file} <= set(reload.homes())


def test_new_science_needs_nothing_but_the_next_analysis(at_work):
    desk = at_work(SOURCE)
    desk.save_and_hear(SOURCE.replace('Metric("N", 1)', 'Metric("N", 2)'), "the next analysis uses it; pages stay as they are")
    assert "my_lab_tool.py" in desk.said()
    assert desk.watch.restarted == []


def test_a_new_declaration_builds_the_pages_and_starts_what_holds_it_anew(at_work, pages):
    desk = at_work(SOURCE)
    desk.save_and_hear(SOURCE.replace('"Least"', '"At least"'), "The site shows the tools as they are now")
    assert desk.watch.restarted == ["web", "relay", "worker-1", "worker-2"]
    assert (pages / "index.html").read_text() == "anew"
    assert [path.name for path in pages.parent.iterdir()] == [".web"]


def test_a_broken_file_leaves_the_site_as_it_is_and_says_where_and_what(at_work):
    desk = at_work(SOURCE)
    desk.save_and_hear(SOURCE.replace("-> Answer:", "-> Answer"), "my_lab_tool.py, line 17: SyntaxError")
    desk.save_and_hear(SOURCE.replace(', "How many at least."', ""), "parameter 'least': no help. Say in the docstring, below Parameters")
    assert desk.said().count(reload.STAYS) == 2
    assert desk.watch.restarted == []
    desk.save_and_hear(SOURCE, "the next analysis uses it")
    assert desk.watch.restarted == []


def test_pages_that_cannot_be_built_stay_as_they_were(at_work, pages, monkeypatch):
    desk = at_work(SOURCE)
    monkeypatch.setenv("BUILDER_ENDS", "1")
    desk.save_and_hear(SOURCE.replace('"Least"', '"At least"'), "The pages could not be built")
    assert (pages / "index.html").read_text() == "as it was"
    assert desk.watch.restarted == []


def test_a_live_tool_needs_the_web_server_only(at_work):
    desk = at_work(LIVE)
    desk.save_and_hear(LIVE.replace('Metric("N", 1)', 'Metric("N", 2)'), "a live tool changed")
    assert desk.watch.restarted == ["web"]


def test_a_changed_platform_asks_for_a_start_of_its_own(at_work, monkeypatch):
    desk = at_work(SOURCE)
    monkeypatch.setattr(reload, "PLATFORM", desk.file.parent)
    desk.save_and_hear(SOURCE.replace('"Least"', '"At least"'), "stop the site and start it again")
    assert desk.watch.restarted == []
